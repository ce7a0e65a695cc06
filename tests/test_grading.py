"""A class graded again and again: what is done once, what is done anew, what is refused."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from doubling import (
    CLASS,
    RIGHT,
    SCORES,
    SPEC,
    Course,
    Lasting,
    Seen,
    bytes_of,
    course,
    graded,
    graded_once,
    results,
    runner,
    scores,
    seen,
)

from grader import judge, slot
from grader.errors import HarnessError, UsageError
from grader.grading import GradedFolder
from grader.sandbox import LAYERS
from grader.store import Store

__all__ = ["graded", "graded_once", "runner", "seen"]  # fixtures

ALL = sorted(CLASS)


@pytest.fixture
def rest(graded: Course) -> Course:
    """Graded, and then left with one right submission."""
    for name in ALL[1:]:
        (graded.folder / name).unlink()
    return graded


def test_a_class_has_its_scores(graded: Course) -> None:
    assert scores(graded.out) == SCORES


# --- what is graded again --------------------------------------------------------------------------


def test_a_second_run_grades_nothing_and_changes_no_file(graded: Course, seen: Seen, capsys: Any) -> None:
    before = bytes_of(graded.out)
    assert graded.grade() == GradedFolder(0, False)
    assert seen.judged == []
    assert bytes_of(graded.out) == before
    told = capsys.readouterr()
    assert "Doubling: 4 submissions; 4 of them are graded already" in told.err
    assert f"nothing has changed; reports: {graded.out}" in told.err
    assert "dora.py" in told.out


def test_a_changed_file_and_a_new_one_are_graded_and_no_other(graded: Course, seen: Seen) -> None:
    graded.hand_in("bob.py", RIGHT)
    graded.hand_in("eve.py", RIGHT)
    graded.grade()
    assert sorted(seen.judged) == ["bob.py", "eve.py"]
    assert scores(graded.out) == SCORES | {"bob.py": 10, "eve.py": 10}


def test_what_is_gone_leaves_the_reports_but_not_the_store(graded: Course, seen: Seen) -> None:
    (graded.folder / "ada.py").rename(graded.here / "ada.py")
    graded.grade()
    assert sorted(results(graded.out)) == ALL[1:]
    assert not (graded.out / "feedback" / "ada.py.html").exists()
    (graded.here / "ada.py").rename(graded.folder / "ada.py")
    graded.grade()
    assert (scores(graded.out), seen.judged) == (SCORES, [])
    assert (graded.out / "feedback" / "ada.py.html").exists()


def test_a_renamed_file_is_another_submission(graded: Course, seen: Seen) -> None:
    (graded.folder / "ada.py").rename(graded.folder / "zoe.py")
    graded.grade()
    assert (seen.judged, sorted(results(graded.out))) == (["zoe.py"], [*ALL[1:], "zoe.py"])


def test_what_has_no_score_is_tried_again(graded: Course, seen: Seen, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        grade = judge.grade

        def lost(submission: Any, *rest: Any) -> Any:
            if submission.id == "cy.py":
                raise HarnessError("lost")
            return grade(submission, *rest)

        patch.setattr(judge, "grade", lost)
        graded.hand_in("cy.py", CLASS["cy.py"] + "\n")
        assert graded.grade().ungraded == 1
    assert results(graded.out)["cy.py"]["status"] == "ungraded"
    assert seen.judged == []
    assert graded.grade().ungraded == 0
    assert (seen.judged, scores(graded.out)) == (["cy.py"], SCORES)


@pytest.mark.parametrize("changes", [{"seed": 7}, {"examples": True}])
def test_another_exam_grades_all_again(rest: Course, seen: Seen, changes: dict[str, Any]) -> None:
    rest.grade(**changes)
    assert seen.judged == ["ada.py"]
    rest.grade(**changes)
    assert seen.judged == ["ada.py"]


def test_what_ran_less_isolated_than_is_asked_for_is_graded_again(rest: Course, seen: Seen) -> None:
    unsafe = Lasting(without=tuple(layer.name for layer in LAYERS))
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(slot, "LocalRunner", lambda expected: unsafe)  # it has what is expected
            rest.hand_in("ada.py", RIGHT + "\n")
            replace(rest, runner=unsafe).grade(unsafe=True)
        tier = results(rest.out)["ada.py"]["isolation"]["tier"]
    finally:
        unsafe.end()
    assert (tier, seen.judged) == ("process", ["ada.py"])
    rest.grade()  # nothing more was asked for
    assert seen.judged == ["ada.py"]
    rest.grade(require="restricted")
    assert seen.judged == ["ada.py", "ada.py"]
    assert results(rest.out)["ada.py"]["isolation"]["tier"] != "process"


# --- a spec that changed ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "score"),
    [
        ((("points: 8", "points: 6"), ("points: 2,", "points: 4,")), 4),
        ((("title: Doubling", "title: Twice"),), 2),
        ((("points: 10\n", "points: 10\ntolerance: {rtol: 0.01}\n"),), 10),
    ],
)
def test_points_title_and_tolerance_run_no_code_again(
    graded: Course, seen: Seen, changes: tuple[tuple[str, str], ...], score: float
) -> None:
    graded.respec(*changes)
    graded.grade()
    assert (sorted(seen.judged), seen.opened) == (ALL, [])
    assert scores(graded.out)["bob.py"] == score


def test_of_a_spec_with_one_more_case_that_case_alone_is_run(graded: Course, seen: Seen) -> None:
    new = '  - {id: more, points: 1, steps: ["y = double(x)"], given: {x: {ones: [2]}}, expect: reference}\n'
    graded.respec(
        ("points: 2,", "points: 1,"),
        ("expect: reference}\n  - {id: zeros", "expect: reference}\n" + new + "  - {id: zeros"),
    )
    graded.grade()
    assert (sorted(seen.opened), seen.runs) == (ALL, len(ALL))
    assert scores(graded.out) == {"ada.py": 10, "bob.py": 1, "cy.py": 1, "dora.py": 0}


# --- one student -----------------------------------------------------------------------------------

ROSTER = "id,name,login,group,due\n1,Ada Lovelace,ada,,\n2,Bob,bob,,\n3,Eve Missing,eve,,\n"


@pytest.mark.parametrize("name", ["ada.py", "ada", "Ada Lovelace", "1"])
def test_one_student_is_graded_again_by_any_name(graded: Course, seen: Seen, name: str) -> None:
    roster = graded.here / "roster.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    graded.grade(roster=roster)
    assert seen.judged == []
    graded.grade(only=(name,))
    assert seen.judged == seen.opened == ["ada.py"]
    assert scores(graded.out) == SCORES


def test_who_is_not_there_cannot_be_graded_again(graded: Course) -> None:
    with pytest.raises(UsageError, match=r"--only bobb: there is no such submission; did you mean `bob`\?"):
        graded.grade(only=("ada", "bobb"))


def test_one_student_graded_again_changes_nothing_for_the_others(graded: Course, seen: Seen, capsys: Any) -> None:
    late = ("points: 10\n", "points: 10\ndates: {due: 2020-01-01, zone: UTC, late: {per_day: 10%, most: 20%}}\n")
    graded.respec(late)
    roster = graded.here / "roster.csv"
    roster.write_text(ROSTER.replace("bob,,", "bob,B,"), encoding="utf-8")
    graded.grade(attempts="best", counts_mtime=True, seed=7, roster=roster)
    before = scores(graded.out)
    assert before["ada.py"] == 8
    seen.judged.clear()
    with Store.open(graded.out) as store:
        known = store.about
    capsys.readouterr()
    graded.grade(only=("B",))
    assert capsys.readouterr().out == "bob.py: 0 of 10, as before\n"
    assert (seen.judged, scores(graded.out)) == (["bob.py"], before)
    with Store.open(graded.out) as store:
        about = store.about
    assert about == known
    assert about is not None
    assert (about.attempts, about.counts_mtime, about.seed) == ("best", True, 7)
    graded.grade(seed=7)
    assert seen.judged == ["bob.py"]


def test_of_one_student_graded_again_the_change_is_shown(graded: Course, capsys: Any) -> None:
    graded.hand_in("bob.py", RIGHT)
    graded.hand_in("eve.py", RIGHT)
    graded.grade(only=("bob", "eve"))
    assert capsys.readouterr().out == "bob.py: 2 → 10 of 10\neve.py: 10 of 10\n"
    assert scores(graded.out) == SCORES | {"bob.py": 10, "eve.py": 10}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({}, "the spec, its reference or the grader changed since the class was graded.*grade the whole folder"),
        ({"seed": 7}, "was graded with seed .*: leave --seed out"),
        ({"attempts": "best"}, "--attempts and --submitted-at are of the whole class"),
    ],
)
def test_one_student_alone_is_not_graded_by_another_exam(
    graded: Course, seen: Seen, changes: dict[str, Any], why: str
) -> None:
    if not changes:
        graded.respec(("points: 8", "points: 6"), ("points: 2,", "points: 4,"))
    before = bytes_of(graded.out)
    with pytest.raises(UsageError, match=why):
        graded.grade(only=("bob",), **changes)
    assert (seen.judged, bytes_of(graded.out)) == ([], before)


def test_scores_that_dates_and_roster_change_are_told(graded: Course, seen: Seen, capsys: Any) -> None:
    late = ("points: 10\n", "points: 10\ndates: {due: 2020-01-01, zone: UTC, late: {per_day: 10%, most: 50%}}\n")
    graded.respec(late)
    graded.grade(counts_mtime=True)
    assert "these are probably the times of the download" in capsys.readouterr().err
    seen.judged.clear()
    roster = graded.here / "roster.csv"
    roster.write_text("name,login,due\nAda,ada,2999-01-01\nDora,dora,2999-01-01\nCy,cy,\n", encoding="utf-8")
    graded.grade(roster=roster)
    err = capsys.readouterr().err
    told = "grader: 1 score changed because of dates, roster or --submitted-at: ada.py: 5 → 10\n"
    assert told in err
    assert seen.judged == []
    graded.grade()
    assert "changed because" not in capsys.readouterr().err


def test_a_date_that_alone_has_changed_is_told(rest: Course, seen: Seen, capsys: Any) -> None:
    rest.respec(("points: 10\n", "points: 10\ndates: {due: 2020-01-01, zone: UTC, late: zero}\n"))
    os.utime(rest.folder / "ada.py", (1, 1))
    rest.grade(counts_mtime=True)
    seen.judged.clear()
    os.utime(rest.folder / "ada.py", (1_700_000_000, 1_700_000_000))
    capsys.readouterr()
    rest.grade()
    assert (seen.judged, "--submitted-at: ada.py: 10 → 0\n" in capsys.readouterr().err) == ([], True)


def test_an_example_for_one_student_does_not_outdate_it(graded: Course, seen: Seen) -> None:
    graded.grade(only=("ada",), examples=True)
    graded.grade()
    assert seen.judged == ["ada.py"]


# --- interrupted -----------------------------------------------------------------------------------


@pytest.mark.parametrize("presses", [1, 2])
def test_an_interrupted_run_goes_on_with_the_same_command(
    graded_once: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any, presses: int
) -> None:
    fresh = course(tmp_path, graded_once.runner)
    fresh.hand_in("eve.py", RIGHT)
    all_ = [*ALL, "eve.py"]
    judged: list[str] = []
    grade = judge.grade

    def pressed(submission: Any, *rest: Any) -> Any:
        judged.append(submission.id)
        for _ in range(presses if len(judged) == 3 else 0):
            signal.raise_signal(signal.SIGINT)
        return grade(submission, *rest)

    monkeypatch.setattr(judge, "grade", pressed)
    assert fresh.grade(jobs=1).interrupted
    done = {1: 4, 2: 2}[presses]  # two at a time are handed out; what is finished by then is kept
    assert list(results(fresh.out)) == all_[:done]
    told = capsys.readouterr().err
    assert f"interrupted: {done} of 5 were graded, the same command goes on; reports: {fresh.out}" in told
    judged[:] = ["the third"] * 3
    assert fresh.grade(jobs=1) == GradedFolder(0, False)
    assert judged[3:] == all_[done:]
    assert scores(fresh.out) == SCORES | {"eve.py": 10}


# --- what is refused, and what is left out -----------------------------------------------------------


def test_two_at_once_on_one_folder(graded: Course, seen: Seen) -> None:
    with Store.open(graded.out) as first:
        with pytest.raises(UsageError, match=r"another grader is at work on these results; wait until it is done"):
            graded.grade()
        assert first.ids() == ALL
    graded.grade()
    assert seen.judged == []


def test_another_assignment_and_another_part_are_refused(graded: Course) -> None:
    other = SPEC.replace("assignment: doubling", "assignment: twice")
    (graded.specs / "twice.yaml").write_text(other, encoding="utf-8")
    with pytest.raises(UsageError, match="holds results of doubling, not of twice; choose another --out"):
        graded.grade(assignment="twice")
    with pytest.raises(UsageError, match="holds results of a whole class; choose another --out"):
        graded.grade(shard=(1, 2))
    assert scores(graded.out) == SCORES


def test_results_may_lie_in_the_graded_folder(graded: Course, seen: Seen, capsys: Any) -> None:
    out = graded.folder / "reports" / "doubling"
    graded.out.rename(graded.folder / "mine")
    graded.grade(out=graded.folder / "mine")
    assert seen.judged == []
    graded.grade(out=out)
    assert sorted(results(out)) == ALL
    graded.grade(out=graded.out)
    assert sorted(results(graded.out)) == ALL
    assert "left out, results of an earlier run: mine, reports\n" in capsys.readouterr().err


def test_a_student_who_hands_in_a_database_does_not_vanish(graded: Course) -> None:
    theirs = graded.folder / "fay"
    theirs.mkdir()
    (theirs / "work.py").write_text(RIGHT, encoding="utf-8")
    (theirs / "results.db").write_bytes(b"SQLite format 3\0" + bytes(100))
    graded.grade()
    assert scores(graded.out) == SCORES | {"fay": 10}


@pytest.mark.parametrize(("out", "why"), [("class", "submissions lie here"), ("class/ada.py/x", "this is a file")])
def test_where_results_cannot_go(graded: Course, out: str, why: str) -> None:
    with pytest.raises(UsageError, match=f"{why}.*choose another --out"):
        graded.grade(out=graded.here / out)


def test_a_part_without_submissions_is_no_fault(graded_once: Course, tmp_path: Path, capsys: Any) -> None:
    empty = next(n for n in range(1, 10) if not [id_ for id_ in ALL if _part(id_, 9) == n])
    assert graded_once.grade(shard=(empty, 9), out=tmp_path) == GradedFolder(0, False)
    assert f"Doubling: 0 of 4 submissions (part {empty}/9)" in capsys.readouterr().err


def _part(id_: str, of: int) -> int:
    from grader.selection import is_mine

    (part,) = [n for n in range(1, of + 1) if is_mine(id_, (n, of))]
    return part


def test_a_class_of_one(rest: Course, seen: Seen, capsys: Any) -> None:
    rest.grade(out=rest.here / "alone")
    assert seen.judged == ["ada.py"]
    assert "Doubling: 1 submission\n" in capsys.readouterr().err
    assert scores(rest.here / "alone") == {"ada.py": 10}
