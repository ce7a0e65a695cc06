import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from reports import hostile, samples
from warm import grader

from grader.insight import Location
from grader.model import Result
from grader.reports import gitlab
from grader.reports.safe import visible


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A job's folder."""
    monkeypatch.setenv("CI_PROJECT_DIR", str(tmp_path))
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "b_some.py").write_text("x = 1\n")
    return tmp_path


def issues(result: Result, project: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(gitlab.to_json(result, project / "src" / "b_some.py"))
    return found


def test_an_issue_by_value(project: Path) -> None:
    marked = replace(samples.partial(), locations={"": Location("b_some.py", 7)})
    first, *others = issues(marked, project)
    assert len(first.pop("fingerprint")) == 64
    assert first == {
        "description": "Likely cause: the scores are not scaled: Divide Q·Kᵀ by √d_k before the softmax.",
        "check_name": "self_attention.cause",
        "severity": "major",
        "location": {"path": "src/b_some.py", "lines": {"begin": 7}},
    }
    assert [issue["severity"] for issue in others] == [*["major"] * 4, "info"]


def test_nothing_to_say_is_an_empty_list(project: Path) -> None:
    assert gitlab.to_json(samples.result(), project) == "[]\n"


def test_fingerprints_tell_apart_and_stay_when_lines_move(project: Path) -> None:
    prints = [
        [
            issue["fingerprint"]
            for issue in issues(replace(samples.partial(), locations={"": Location("b_some.py", n)}), project)
        ]
        for n in (1, 2)
    ]
    assert prints[0] == prints[1]
    assert len(set(prints[0])) == len(prints[0])


@pytest.mark.parametrize("text", hostile.ALL.values(), ids=hostile.ALL)
def test_any_text_is_one_line_of_plain_characters(project: Path, text: str) -> None:
    for issue in issues(hostile.result_of(text), project):
        assert visible(issue["description"]) == issue["description"]
        assert "\n" not in issue["description"]
        assert issue["location"]["lines"]["begin"] >= 1


def test_what_could_not_be_graded_is_an_empty_report(project: Path) -> None:
    done = grader("check", "absent.py", "-a", "self_attention", "--format", "gitlab", cwd=project)
    assert (done.returncode, done.stdout) == (2, "[]\n")
    assert "absent.py" in done.stderr
