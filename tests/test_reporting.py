"""Reports of a store: written when they are out of date, and shown whatever becomes of them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from doubling import Course, Seen, bytes_of, graded, graded_once, results, runner, seen

from grader import reporting
from grader.store import Store

__all__ = ["graded", "graded_once", "runner", "seen"]  # fixtures


@pytest.mark.parametrize("name", reporting.ALWAYS_THERE)
def test_a_report_that_is_gone_is_written_again(graded: Course, seen: Seen, name: str) -> None:
    before = bytes_of(graded.out)
    (graded.out / name).unlink()
    graded.grade()
    assert bytes_of(graded.out)[name] == before[name]
    assert seen.judged == []


def test_scores_are_shown_and_reports_written_though_one_of_them_fails(
    graded: Course, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    from grader.reports import terminal_class

    def lost(*_: Any) -> None:
        raise BrokenPipeError

    shutil.rmtree(graded.out / "feedback")
    (graded.out / "results.jsonl").unlink()
    monkeypatch.setattr(terminal_class, "show_class", lost)
    with Store.open(graded.out) as store, pytest.raises(BrokenPipeError):
        reporting.write(store, "never", before="interrupted; ")
    assert len(results(graded.out)) == len(list((graded.out / "feedback").iterdir())) == 4
    assert f"grader: interrupted; reports: {graded.out}" in capsys.readouterr().err


def test_of_nothing_there_is_nothing_to_report(tmp_path: Path, capsys: Any) -> None:
    with Store.open(tmp_path, create=True) as store:
        reporting.write(store, "never", before="interrupted: ")
    assert capsys.readouterr().err == "grader: interrupted: no reports were written\n"
    assert {path.name.partition("-")[0] for path in tmp_path.iterdir()} == {"results.db"}


def test_each_of_a_large_class_is_not_shown_again(graded: Course, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(reporting, "FEW", 3)
    graded.grade()
    told = capsys.readouterr()
    assert (told.out.count("\n"), "nothing has changed; reports:" in told.err) == (1, True)
    assert "4 graded: mean 3.5" in told.out


def test_reports_say_what_is_still_to_come_until_it_is_there(graded: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    from grader import reports

    asked: list[int] = []
    monkeypatch.setattr(reports, "write_all", lambda class_, *_: asked.append(class_.outstanding))
    for outstanding in (3, 0, 0):
        with Store.open(graded.out) as store:
            reporting.write(store, "never", outstanding=outstanding)
    assert asked == [3]  # what is there is of the whole class again only once something more came
