"""Which hand-in counts for whom: attempts, the missing, groups, and people whom nobody knows."""

from __future__ import annotations

from typing import Any

import pytest

from grader.class_results import Standing
from grader.handin import Student
from grader.standings import Placed, Row, place

ADA = Student("Ada Lovelace", id="1", login="ada", section="A")
BOB = Student("Bob", id="2", login="bob")
ZOE = Student("Zoe", id="3", login="zoe")


def row(submission: str, student: Student = ADA, attempt: int = 1, score: float = 5.0, **more: Any) -> Row:
    fields = {"path": f"{submission}.py", "submitted_at": None, "status": "graded", "raw_score": score, "penalty": 0.0}
    return Row(submission, student=student, attempt=attempt, **{**fields, "score": score, "points": 10.0, **more})


def by_name(placed: Placed) -> dict[str, Standing]:
    found = {each.student.name: each for each in placed.standings}
    assert len(found) == len(placed.standings)
    return found


def counted(*rows: Row, attempts: str = "latest") -> list[str | None]:
    return [each.submission for each in place(rows, None, attempts).standings]


# --- one student's attempts --------------------------------------------------------------------


def test_all_that_is_said_of_one() -> None:
    one = row("a2", attempt=2, score=6.0, raw_score=8.0, penalty=2.0, submitted_at="2024-05-17T18:00Z", overridden=True,
              upload="lovelaceada_1_9_", reason="not scaled")  # fmt: skip
    (standing,) = place([one, row("a1")], None, "latest").standings
    assert standing == Standing(
        ADA,
        "graded",
        "a2",
        "a2.py",
        "2024-05-17T18:00Z",
        8.0,
        2.0,
        6.0,
        10.0,
        2,
        "not scaled",
        True,
        "lovelaceada_1_9_",
    )


def test_the_latest_is_that_of_the_highest_number_then_of_the_latest_date() -> None:
    assert counted(row("a", attempt=2), row("b", attempt=10), row("c", attempt=9)) == ["b"]
    early, late = "2024-05-17T23:00:00+02:00", "2024-05-17T22:00:00Z"  # the later text is the earlier moment
    assert counted(row("a", submitted_at=late), row("b", submitted_at=early)) == ["a"]
    assert counted(row("a", submitted_at=early), row("b", submitted_at="nonsense"), row("c")) == ["a"]


def test_the_best_is_that_of_the_highest_score_then_in_time_then_the_latest() -> None:
    assert counted(row("a", score=7.0), row("b", attempt=2), row("c", attempt=3), attempts="best") == ["a"]
    assert counted(row("a"), row("b", attempt=2, late=True), attempts="best") == ["a"]
    assert counted(row("a"), row("b", attempt=2), attempts="best") == ["b"]


def test_all() -> None:
    placed = place([row("b", attempt=2), row("a", attempt=10), row("c", BOB)], None, "all")
    assert [(s.student.name, s.submission, s.attempts) for s in placed.standings] == [
        ("Ada Lovelace", "b", 2),
        ("Ada Lovelace", "a", 2),
        ("Bob", "c", 1),
    ]
    assert placed.counting == {"a", "b", "c"}


LOST: dict[str, Any] = {"status": "ungraded", "raw_score": 0.0, "score": 0.0, "reason": "the zygote was lost"}


def test_no_earlier_score_is_entered_where_the_latest_could_not_be_graded() -> None:
    (standing,) = place([row("a", score=7.5), row("b", attempt=2, **LOST)], None, "latest").standings
    assert (standing.status, standing.submission) == ("ungraded", "b")
    assert (standing.raw_score, standing.penalty, standing.score) == (None, None, None)
    assert standing.reason == "the zygote was lost; attempt 1 has 7.5 of 10 points, and does not count"


def test_the_best_of_those_that_could_be_graded() -> None:
    (standing,) = place([row("a", score=7.5), row("b", attempt=2, **LOST)], None, "best").standings
    assert (standing.status, standing.score) == ("graded", 7.5)
    assert standing.reason == "attempt 2 could not be graded, and may be better"
    (lost,) = place([row("a", **LOST), row("b", attempt=2, **LOST)], None, "best").standings
    assert (lost.status, lost.submission, lost.reason) == ("ungraded", "b", "the zygote was lost")


def test_a_zero_is_a_score() -> None:
    (standing,) = place([row("a", score=0.0)], None, "latest").standings
    assert (standing.status, standing.score) == ("graded", 0.0)


# --- without a roster --------------------------------------------------------------------------


def test_people_are_told_apart_by_what_is_known_of_them() -> None:
    same = [row("a1", Student("Ada", id="1")), row("a2", Student("Ada L.", id="1"), 2)]
    other = row("b", Student("Ada", id="4"), 2)
    placed = place([*same, other], None, "latest")
    assert [each.submission for each in placed.standings] == ["b", "a2"]
    assert placed.unknown == ()
    assert placed.counting == {"a2", "b"}


def test_two_of_one_name_and_attempt_may_be_two_people() -> None:
    ada = Student("ada")
    assert counted(row("x/ada", ada), row("y/ada", ada)) == ["x/ada", "y/ada"]
    assert counted(row("ada", ada), row("ada-1", ada, 2)) == ["ada-1"]


def test_who_has_no_name_is_called_like_the_submission() -> None:
    (standing,) = place([row("a", Student(""))], None, "latest").standings
    assert standing.student.name == "a"


def test_nobody() -> None:
    assert place([], None, "latest") == Placed((), (), frozenset(), {})


def test_order_is_by_name_and_not_that_of_grading() -> None:
    rows = [row(name, Student(name)) for name in ("zoe", "Bob", "ada", "Émile")]
    names = [each.student.name for each in place(rows, None, "latest").standings]
    assert names == [each.student.name for each in place(rows[::-1], None, "latest").standings]
    assert names == ["ada", "Bob", "zoe", "Émile"]


# --- with a roster -----------------------------------------------------------------------------


def test_the_missing_are_rows_and_strangers_come_last() -> None:
    stranger = Student("Eve", id="9")
    rows = [
        row("b", BOB, points=3.0),
        row("e1", stranger),
        row("e2", stranger, 2),
        row("e3", Student("Mallory", login="m")),
    ]
    placed = place(rows, [ADA, BOB], "latest")
    assert by_name(placed)["Ada Lovelace"] == Standing(
        ADA, "missing", points=3.0, attempts=0, reason="nothing was handed in"
    )
    assert by_name(placed)["Bob"].submission == "b"
    assert placed.unknown == ("e2", "e3")
    assert placed.counting == {"b", "e2", "e3"}
    assert [(each.student.name, each.submission, each.attempts, each.on_roster) for each in placed.standings] == [
        ("Ada Lovelace", None, 0, True),
        ("Bob", "b", 1, True),
        ("Eve", "e2", 2, False),
        ("Mallory", "e3", 1, False),
    ]


@pytest.mark.parametrize(
    "student",
    [
        Student("lovelaceada", id="1"),
        Student("", login="ADA"),
        Student("ada  LOVELACE"),
        Student("ada"),
        Student("1"),
        Student("Ada", id="77", email="ada@example.org"),
    ],
)
def test_who_is_on_the_roster(student: Student) -> None:
    roster = [Student("Ada Lovelace", "1", "ada", "ada@example.org", "A", due="2024-05-20"), BOB]
    placed = place([row("a", student)], roster, "latest")
    assert by_name(placed)["Ada Lovelace"].submission == "a"
    assert placed.students["a"].due == "2024-05-20"


def test_who_may_be_two_of_the_roster_is_nobody() -> None:
    twins = [Student("Kim", id="1"), Student("Kim", id="2")]
    placed = place([row("k", Student("Kim"))], twins, "latest")
    assert placed.unknown == ("k",)
    assert [(each.status, each.on_roster) for each in placed.standings] == [
        ("missing", True),
        ("missing", True),
        ("graded", False),
    ]


def test_what_only_the_layout_knows_is_kept() -> None:
    placed = place([row("a", Student("ada", id="77", login="ada"))], [Student("Ada", login="ada")], "latest")
    (standing,) = placed.standings
    assert (standing.student.name, standing.student.id) == ("Ada", "77")
    assert placed.students["a"] == standing.student


# --- groups ------------------------------------------------------------------------------------

PAIR = [Student("Ada", id="1", group="g"), Student("Bob", id="2", group="g"), Student("Zoe", id="3")]


def test_one_hand_in_of_a_group_is_a_row_for_each() -> None:
    placed = place([row("a", Student("ada", id="1"), upload="ada_1_"), row("z", ZOE)], PAIR, "latest")
    assert {name: each.submission for name, each in by_name(placed).items()} == {"Ada": "a", "Bob": "a", "Zoe": "z"}
    assert by_name(placed)["Bob"].student == PAIR[1]
    assert placed.students["a"] == PAIR[0]
    assert placed.counting == {"a", "z"}


def test_of_a_group_the_latest_by_date_counts_for_all() -> None:
    """Attempts are numbered for each student apart."""
    first = row("a", Student("Ada", id="1"), 3, submitted_at="2024-05-17T18:00Z")
    last = row("b", Student("Bob", id="2"), 1, submitted_at="2024-05-17T19:00Z")
    placed = place([first, last], PAIR, "latest")
    assert [(each.submission, each.attempts) for each in placed.standings] == [("b", 2), ("b", 2), (None, 0)]
    without = place([first, row("b", Student("Bob", id="2"))], PAIR, "latest")
    assert [each.submission for each in without.standings] == ["a", "a", None]


def test_a_hand_in_called_like_the_group_names_nobody_of_it() -> None:
    roster = [Student("Ada", group="Team 1"), Student("Bob", group="Team 1")]
    placed = place([row("t", Student("team 1", login="x"))], roster, "latest")
    assert [each.student for each in placed.standings] == roster
    assert [each.submission for each in placed.standings] == ["t", "t"]


def test_a_group_without_a_hand_in_is_missing() -> None:
    assert [each.status for each in place([], PAIR, "best").standings] == ["missing"] * 3
