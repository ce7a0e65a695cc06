import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from reports import samples
from rich.console import Console

from grader.options import CheckFormat
from grader.reports.formats import FORMATS, Checked


def test_every_format_can_be_asked_for() -> None:
    assert [each.value for each in CheckFormat] == list(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
def test_results_go_to_stdout(name: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"):
        monkeypatch.delenv(variable, raising=False)
    checked = Checked(samples.partial(), Path("b_some.py"), None, lambda stderr: Console(stderr=stderr, width=90))
    FORMATS[name](checked)
    out, err = capfd.readouterr()
    assert ("2.67 of 10.5 points" in err) == (name == "gitlab")
    match name:
        case "json":
            assert json.loads(out)["score"] == 2.67
        case "junit":
            assert ElementTree.fromstring(out).tag == "testsuites"
        case "gitlab":
            assert json.loads(out)[0]["severity"] == "major"
        case "github":
            assert out.startswith("::error ")
            assert "2.67 of 10.5 points" in out
        case "markdown":
            assert out.startswith("## Self-Attention")
        case _:
            assert out.startswith("Self-Attention")
