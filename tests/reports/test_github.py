import io
from dataclasses import replace
from pathlib import Path

import pytest
from actions_runner import commands, outputs
from reports import hostile, samples

from grader.errors import UsageError
from grader.insight import Location
from grader.model import Result, Verdict
from grader.reports import github, markdown


@pytest.fixture(autouse=True)
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A step's environment."""
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "outputs"))
    (tmp_path / "b_some.py").write_text("x = 1\n")
    return tmp_path


def shown(result: Result, job: Path, text: str = "the text", junit: Path | None = None) -> str:
    out = io.StringIO()

    def printed() -> None:
        out.write(text)

    github.show(result, job / "b_some.py", junit, printed, out)
    return out.getvalue()


def test_a_command_is_escaped() -> None:
    assert github.command("error", "a%\r\nb::c", file="a,b:c%\n.py", line="3", title="") == (
        "::error file=a%2Cb%3Ac%25%0A.py,line=3::a%25%0Ab::c"
    )
    assert github.command("endgroup", "") == "::endgroup::"


def test_annotations_the_text_the_summary_and_outputs(job: Path) -> None:
    marked = replace(samples.partial(), locations={"": Location("b_some.py", 1)})
    out = shown(marked, job, junit=job / "junit.xml")
    assert out.split("\n")[0] == (
        "::error file=b_some.py,line=1,title=Likely cause%3A the scores are not scaled"
        "::Divide Q·Kᵀ by √d_k before the softmax."
    )
    assert [command.name for command in commands(out)] == [*["error"] * 5, "notice", "group", "endgroup"]
    assert "\nthe text\n" in out
    assert (job / "summary").read_text(encoding="utf-8") == markdown.document(marked)
    said = outputs((job / "outputs").read_text(encoding="utf-8"))
    assert said == {"score": "2.67", "max-score": "10.5", "results-path": str(job / "junit.xml")}


def test_nine_annotations_and_how_many_more(job: Path) -> None:
    cases = tuple(samples.case(f"g.{n}", Verdict.FAILED, 0, 1, message=chr(97 + n)) for n in range(12))
    found = [c for c in commands(shown(samples.result(cases=cases, score=0.0), job)) if c.name in ("error", "notice")]
    assert [c.name for c in found] == [*["error"] * 9, "notice"]
    assert found[-1].data == "3 more; the job's summary has them all"


def test_what_is_printed_while_commands_are_stopped_is_no_command(job: Path) -> None:
    out = shown(samples.result(), job, "::error::x\n##[error]x\n::stop-commands::\n::endgroup::")
    assert [command.name for command in commands(out)] == ["group", "endgroup"]
    first, second = (shown(samples.result(), job).split("stop-commands::")[1].split("\n")[0] for _ in range(2))
    assert first != second
    assert len(first) == 32


@pytest.mark.parametrize("text", hostile.ALL.values(), ids=hostile.ALL)
def test_no_text_becomes_a_command(job: Path, text: str) -> None:
    found = commands(shown(hostile.result_of(f"{text}\n::error::a\r::error::b ##[error]c\n::endgroup::"), job, "text"))
    assert {command.name for command in found} == {"error", "group", "endgroup"}
    assert "a" not in {command.data for command in found}
    assert [command.name for command in found].count("endgroup") == 1
    assert all(set(command.properties) <= {"title", "file", "line"} for command in found)


def test_what_is_ungraded_has_no_score(job: Path) -> None:
    shown(samples.ungraded(), job)
    assert set(outputs((job / "outputs").read_text())) == {"max-score", "results-path"}


def test_a_summary_that_is_there_stays_and_is_never_too_large(job: Path) -> None:
    (job / "summary").write_text("# Mine")
    shown(samples.result(), job)
    assert (job / "summary").read_text(encoding="utf-8") == "# Mine\n\n" + markdown.document(samples.result())
    full = "x" * (markdown.MOST_BYTES - 20)
    (job / "summary").write_text(full)
    shown(samples.result(), job)
    github.show_problem("a" * 100, io.StringIO())
    assert (job / "summary").read_text() == full


def test_without_a_runner_nothing_is_written(job: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_WORKSPACE", "GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"):
        monkeypatch.delenv(name)
    shown(samples.partial(), job)
    assert sorted(path.name for path in job.iterdir()) == ["b_some.py"]


def test_a_file_that_cannot_be_written(job: Path) -> None:
    (job / "outputs").mkdir()
    with pytest.raises(UsageError, match="outputs: the report could not be written"):
        shown(samples.result(), job)


def test_a_problem_is_an_annotation_and_in_the_summary(job: Path) -> None:
    out = io.StringIO()
    github.show_problem("x.py: no\n::error::y", out)
    assert out.getvalue() == "::error title=Could not be graded::x.py: no%0A::error::y\n"
    assert "```text\nx.py: no\n::error::y\n```" in (job / "summary").read_text()
