"""What is kept → what counts: the roster's names, the missing, groups, attempts and dates."""

from __future__ import annotations

import contextlib
import csv
import functools
import pickle
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from doubling import CLASS, RIGHT, SCORES, Course, Seen, graded, graded_once, runner, scores, seen

from grader.class_files import report
from grader.errors import UsageError
from grader.handin import HandIn, Student
from grader.merging import merge
from grader.rescoring import rescore
from grader.store import Store
from grader.stored_results import final, whole_class

__all__ = ["graded", "graded_once", "runner", "seen"]  # fixtures

ROSTER = """\
id,name,login,group,due
1,Ada Lovelace,ada,,
2,Bob Marley,bob,red,
4,Dora Maar,dora,,
5,Eve Curie,eve,red,
6,Flo Missing,flo,,
"""


def gradebook(course: Course) -> dict[str, dict[str, str]]:
    with (course.out / "gradebook.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def with_roster(course: Course, text: str = ROSTER, **changes: Any) -> None:
    path = course.here / "roster.csv"
    path.write_text(text, encoding="utf-8")
    course.grade(roster=path, **changes)


def test_a_roster_names_the_missing_groups_and_strangers(graded: Course, seen: Seen) -> None:
    with_roster(graded)
    rows = gradebook(graded)
    assert {name: (row["status"], row["score"]) for name, row in rows.items()} == {
        "Ada Lovelace": ("graded", "10"),
        "Bob Marley": ("graded", "2"),
        "Dora Maar": ("graded", "0"),
        "Eve Curie": ("graded", "2"),
        "Flo Missing": ("missing", ""),
        "cy": ("graded", "2"),
    }
    with Store.open(graded.out) as store:
        assert whole_class(store).unknown == ("cy.py",)
    graded.grade()  # without it: it is remembered
    assert gradebook(graded) == rows
    assert seen.judged == []


def test_a_student_s_own_due_date(graded: Course, seen: Seen) -> None:
    late = "points: 10\ndates: {due: 2020-01-01, zone: UTC, late: zero}\n"
    graded.respec(("points: 10\n", late))
    with_roster(graded, ROSTER.replace("ada,,", "ada,,2999-01-01"), counts_mtime=True)
    assert scores(graded.out) == {"ada.py": 10, "bob.py": 0, "cy.py": 0, "dora.py": 0}
    assert seen.opened == []
    with_roster(graded)
    assert scores(graded.out) == dict.fromkeys(CLASS, 0)
    with Store.open(graded.out) as store:
        assert {row.info.id: row.score for row in store.rows()} == scores(graded.out)


@pytest.mark.parametrize(("attempts", "counting"), [("latest", {2}), ("best", {1}), ("all", {1, 2})])
def test_which_attempt_counts(graded: Course, seen: Seen, attempts: str, counting: set[int]) -> None:
    for name in CLASS:
        (graded.folder / name).unlink()
    for number, source in (("1", RIGHT), ("2", CLASS["bob.py"])):
        graded.hand_in(f"ada-{number}.py", source)
    graded.grade(pattern=r"(?P<student>\w+)-(?P<attempt>\d)", attempts=attempts)
    with Store.open(graded.out) as store:
        class_ = whole_class(store)
        assert {result.submission.handed_in.attempt for result in class_.results} == counting
        assert len(class_.standings) == len(counting)
        assert store.about is not None
    graded.grade(pattern=r"(?P<student>\w+)-(?P<attempt>\d)")  # as before
    assert len(seen.judged) == 2
    with Store.open(graded.out) as store:
        assert len(whole_class(store).standings) == len(counting)


def test_results_can_be_gone_through_again_and_again(graded_once: Course) -> None:
    with Store.open(graded_once.out) as store:
        class_ = whole_class(store)
        assert [[result.submission.id for result in class_.results] for _ in range(2)] == [sorted(CLASS)] * 2
        (first, *_) = class_.results
    assert first.submission.handed_in == HandIn(Student("ada"), dated_by="mtime")
    assert (first.score, class_.points, class_.assignment) == (SCORES["ada.py"], 10, "doubling")


# --- every report sees the same score --------------------------------------------------------------

LATE = "points: 10\ndates: {due: 2020-03-04, zone: UTC, late: {per_day: 10%, most: 20%}}\n"
IN_TIME, LATER = "2020-03-04 20:00:00 UTC", "2020-03-06 12:00:00 UTC"


def agreed(out: Path) -> dict[str, float | None]:
    """Scores by submission: the same in gradebooks and the page (standings), and in all that is made from results."""
    with Store.open(out) as store:
        class_ = whole_class(store)
        standings = {each.submission: each for each in class_.standings}
        for result in class_.results:
            mine = standings[result.submission.id]
            assert (mine.raw_score, mine.penalty, mine.score) == (result.raw_score, result.penalty, result.score)
            assert mine.is_late is (result.lateness is not None)
            assert (mine.submitted_at, mine.status) == (result.submission.submitted_at, result.status)
        assert not any(row.unsettled for row in store.rows() if row.info.id in standings)
    return {str(id_): standing.score for id_, standing in standings.items()}


@pytest.fixture
def course(graded: Course) -> Course:
    """Of nbgrader's, with dates."""
    for name in CLASS:
        (graded.folder / name).unlink()
    graded.respec(("points: 10\n", LATE))
    for student in ("ada", "bob"):
        place = graded.folder / "submitted" / student / "ps1"
        place.mkdir(parents=True)
        (place / "doubling.py").write_text(CLASS[f"{student}.py"], encoding="utf-8")
        dated(graded, student, IN_TIME)
    return graded


def dated(course: Course, student: str, when: str) -> None:
    (course.folder / "submitted" / student / "ps1" / "timestamp.txt").write_text(when + "\n", encoding="utf-8")


def regraded(course: Course, **changes: Any) -> dict[str, float | None]:
    """What is agreed on, in the files as well."""
    course.grade(layout="nbgrader", **changes)
    found = agreed(course.out)
    assert scores(course.out) == found
    assert {row["path"].partition("/")[0]: float(row["score"]) for row in csv_rows(course)} == found
    return found


def csv_rows(course: Course) -> list[dict[str, str]]:
    with (course.out / "gradebook.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_date_that_alone_changed_counts_everywhere(course: Course, seen: Seen) -> None:
    assert regraded(course) == {"ada": 10, "bob": 2}
    judged = len(seen.judged)
    dated(course, "ada", LATER)
    assert regraded(course) == {"ada": 8, "bob": 2}
    dated(course, "ada", IN_TIME)
    dated(course, "bob", LATER)
    assert regraded(course) == {"ada": 10, "bob": 0}
    assert len(seen.judged) == judged


def came_otherwise(out: Path, id_: str, when: str) -> None:
    """All that a run which was killed at once has written."""
    with Store.open(out) as store:
        (row,) = (row for row in store.rows() if row.info.id == id_)
        store.refresh(replace(row.info, submitted_at=when, handed_in=replace(row.info.handed_in, dated_by="lms")))


def test_a_date_that_alone_changed_counts_though_the_run_was_killed_that_saw_it(course: Course) -> None:
    regraded(course)
    came_otherwise(course.out, "ada", "2020-03-06T12:00:00+00:00")
    merge([course.out], course.here / "whole", "never")
    for out in (course.here / "whole", course.out):
        assert agreed(out) == {"ada": 8, "bob": 2}
    assert regraded(course) == {"ada": 10, "bob": 2}


def test_the_best_attempt_is_the_best_by_the_dates_there_are_now(graded: Course) -> None:
    for name in CLASS:
        (graded.folder / name).unlink()
    graded.respec(("points: 10\n", LATE))
    for number in "12":
        graded.hand_in(f"ada-{number}.py", RIGHT)
    graded.grade(pattern=r"(?P<student>\w+)-(?P<attempt>\d)", attempts="best")
    with Store.open(graded.out) as store:
        first, second = (row.info.id for row in sorted(store.rows(), key=lambda row: row.info.handed_in.attempt))
    assert agreed(graded.out) == {second: 10}
    came_otherwise(graded.out, second, "2020-03-05T12:00:00+00:00")
    assert agreed(graded.out) == {first: 10}
    came_otherwise(graded.out, first, "2020-03-06T12:00:00+00:00")
    assert agreed(graded.out) == {second: 9}


# --- what is damaged -----------------------------------------------------------------------------

INTO_INFO = "UPDATE results SET packed = (SELECT info FROM submissions WHERE submissions.id = results.id)"


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE results SET packed = 'text'",
        "UPDATE results SET packed = x'00ff'",
        INTO_INFO,
        "DELETE FROM results WHERE id = 'cy.py'",
        "DROP TABLE results",
        "DROP TABLE overrides",
        "UPDATE submissions SET score = 'abc'",
        "UPDATE submissions SET graded_at = 'not a date'",
        "UPDATE submissions SET reason = CAST(x'ff' AS TEXT)",
        "INSERT INTO overrides VALUES ('cy.py', '', 'abc', 'why', '2026-01-01T00:00:00+00:00')",
        "UPDATE about SET packed = 'text'",
    ],
)
def test_a_damaged_store_is_refused_in_a_sentence_and_left_as_it_is(graded: Course, damage: str) -> None:
    path = graded.out / "results.db"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(damage)
    before = path.read_bytes()
    for read in (
        lambda: report(graded.out, None, None, "leave", None, None, "never"),
        lambda: rescore(graded.out, graded.specs, "never", graded.runner, lambda _: True),
        lambda: merge([graded.out], graded.here / "whole", "never"),
        graded.grade,
    ):
        with pytest.raises(UsageError, match=r"results\.db: the database is damaged \(.*it is left as it is"):
            read()
    with contextlib.closing(sqlite3.connect(path)) as connection:
        kept = "SELECT sum(length(packed)) FROM records"
        assert connection.execute(kept).fetchone()[0] > 0
    assert before[:100] == path.read_bytes()[:100]


def test_broken_dates_are_refused(graded: Course) -> None:
    with Store.open(graded.out) as store:
        about = store.about
        assert about is not None
        store.describe(replace(about, dates="{broken"))
        with pytest.raises(UsageError, match="the database is damaged"):
            whole_class(store)


def test_what_cannot_be_read_in_another_process_is_told_as_well(graded_once: Course) -> None:
    with Store.open(graded_once.out) as store:
        packed = next(iter(whole_class(store).results.packed()))  # type: ignore[attr-defined]
    judged, *rest = packed.unpack.args
    wrong = pickle.loads(pickle.dumps(functools.partial(final, judged[:-1], *rest)))
    with pytest.raises(UsageError, match=r"results\.db: the database is damaged \(the result of ada\.py") as caught:
        wrong()
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
