"""`report`: all files again, a filled-in gradebook, a zip of feedback, a note on a mistake."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from doubling import Course, graded, graded_once, runner, scores

from grader import class_files
from grader.errors import UsageError

__all__ = ["graded", "graded_once", "runner"]  # fixtures

CANVAS = "Student,ID,SIS Login ID,Section,Doubling (7)\n    Points Possible,,,,10\n"


def report(folder: Path, **asked: Any) -> None:
    usual = {"gradebook": None, "column": None, "missing": "leave", "feedback_zip": None, "mistake": None}
    class_files.report(folder, **{**usual, **asked}, color="never")


def test_all_files_are_written_again_though_nothing_is_out_of_date(graded: Course, capsys: Any) -> None:
    for name in ("gradebook.csv", "feedback/ada.py.html"):
        (graded.out / name).write_text("opened and saved by mistake", encoding="utf-8")
    report(graded.out)
    for name in ("gradebook.csv", "feedback/ada.py.html"):
        assert "by mistake" not in (graded.out / name).read_text(encoding="utf-8-sig")
    assert capsys.readouterr().err.endswith(f"grader: reports: {graded.out}\n")


def test_a_gradebook_is_filled_in_beside_the_reports(graded: Course, capsys: Any) -> None:
    export = graded.here / "export.csv"
    export.write_text(f"{CANVAS}Ada,1,ada,A,\nBob,2,bob,A,\nFlo,6,flo,A,\n", encoding="utf-8")
    roster = graded.here / "roster.csv"
    roster.write_text("id,name,login\n1,Ada,ada\n2,Bob,bob\n6,Flo,flo\n", encoding="utf-8")
    graded.grade(roster=roster)
    report(graded.out, gradebook=export, missing="zero")
    filled = (graded.out / "export_filled.csv").read_text(encoding="utf-8").splitlines()
    assert [line.rpartition(",")[2] for line in filled[2:]] == ["10", "2", "0"]
    assert "export_filled.csv" in capsys.readouterr().out
    with pytest.raises(UsageError, match=r"nowhere\.csv"):
        report(graded.out, gradebook=graded.here / "nowhere.csv")


def test_feedback_is_packed(graded: Course, capsys: Any) -> None:
    (graded.out / "feedback" / "ada.py.html").unlink()
    report(graded.out, feedback_zip=graded.here / "f.zip")
    assert f"4 pages for the LMS: {graded.here / 'f.zip'}" in capsys.readouterr().err
    with zipfile.ZipFile(graded.here / "f.zip") as packed:
        assert len(packed.namelist()) == len(scores(graded.out))


def test_a_mistake_that_nobody_made(graded_once: Course) -> None:
    with pytest.raises(UsageError, match="no mistake is called no_scale"):
        report(graded_once.out, mistake="no_scale")


def test_a_note_comes_with_all_else_that_was_asked_for(
    graded: Course, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    from grader.reports import mistake_note

    monkeypatch.setattr(mistake_note, "note_text", lambda class_, mistake: f"a note on {mistake}\n")
    export = graded.here / "export.csv"
    export.write_text(f"{CANVAS}Ada,1,ada,A,\n", encoding="utf-8")
    report(graded.out, gradebook=export, feedback_zip=graded.here / "f.zip", mistake="thrice")
    told = capsys.readouterr().out
    assert "export_filled.csv" in told
    assert told.endswith("\na note on thrice\n")
    assert (graded.here / "f.zip").exists()
    report(graded.out, mistake="thrice")
    assert capsys.readouterr() == ("a note on thrice\n", "")


def test_where_nothing_was_graded(tmp_path: Path) -> None:
    from grader.store import Store

    with pytest.raises(
        UsageError, match=f"{tmp_path}: there are no results here: `grader grade FOLDER --out {tmp_path}` writes them"
    ):
        report(tmp_path)
    Store.open(tmp_path, create=True).close()
    with pytest.raises(UsageError, match="nothing was graded here yet"):
        report(tmp_path)
    assert not (tmp_path / "results.jsonl").exists()
