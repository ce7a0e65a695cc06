"""What is kept → what counts: the roster's names, the missing, groups, attempts and dates."""

from __future__ import annotations

import csv
from typing import Any

import pytest
from doubling import CLASS, RIGHT, SCORES, Course, Seen, graded, graded_once, runner, scores, seen

from grader.handin import HandIn, Student
from grader.store import Store
from grader.stored_results import whole_class

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
