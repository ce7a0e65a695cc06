"""Which hand-in counts for whom: light rows and a roster → a line per student. Pure.

Of several attempts the latest counts, the best, or all. An attempt that could not be graded is no score, and no other
attempt's score is entered in its place: where it is the latest, there is none until it is graded. Students of a group
hand in together: each of them gets what counts for the group.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime

from grader.class_results import Standing
from grader.handin import Student
from grader.roster import match

ATTEMPTS = ("latest", "best", "all")


@dataclass(frozen=True, slots=True)
class Row:
    """A hand-in, without all that made its score."""

    submission: str
    """Its id."""
    path: str
    student: Student
    """As its layout knows them."""
    attempt: int
    submitted_at: str | None
    status: str
    """`graded` or `ungraded`; the scores of the latter mean nothing."""
    raw_score: float
    penalty: float
    score: float
    points: float
    reason: str = ""
    overridden: bool = False
    upload: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """Where every hand-in belongs."""

    standings: tuple[Standing, ...]
    """By name. Of the roster, or where there is none of those who handed in; with `all`, a row for each attempt. Then
    those of nobody on the roster, by name too."""
    unknown: tuple[str, ...]
    """Ids of hand-ins of nobody on the roster, or of nobody knows whom of several; those that count, sorted."""
    counting: frozenset[str]
    """Ids of all that count, unknown ones too."""
    students: Mapping[str, Student]
    """Id of a hand-in, counting or not → its student, with all that the roster knows."""


def place(rows: Iterable[Row], roster: Sequence[Student] | None, attempts: str) -> Placed:
    """Which hand-ins count, and for whom. `attempts` is one of ATTEMPTS."""
    rows = sorted(rows, key=lambda row: row.submission)
    owners = match(roster, {row.submission: row.student for row in rows}).owners if roster is not None else {}
    strangers = [row for row in rows if row.submission not in owners]
    others = _by_person(strangers)
    people = [*(roster or ()), *(_named(mine[-1]) for mine in others)]
    handed_in: list[list[Row]] = [[] for _ in roster or ()] + others
    for row in rows:
        if row.submission in owners:
            handed_in[owners[row.submission]].append(row)
    known = len(roster) if roster is not None else len(people)
    students = {row.submission: _merged(people[n], row.student) for n, mine in enumerate(handed_in) for row in mine}
    pools = _pools(people[:known], handed_in[:known])
    points = rows[0].points if rows else 10.0
    standings = [s for n in range(known) for s in _standings(people[n], handed_in[n], pools[n], attempts, points)]
    unknown = [
        replace(standing, on_roster=False)
        for person, mine in zip(people[known:], handed_in[known:], strict=True)
        for standing in _standings(person, mine, mine, attempts, points)
    ]
    ids = sorted(row.submission for mine in handed_in[known:] for row in _counting(mine, attempts))
    counting = {row.submission for pool in pools for row in _counting(pool, attempts)} | set(ids)
    everybody = (*sorted(standings, key=_by_name), *sorted(unknown, key=_by_name))
    return Placed(everybody, tuple(ids), frozenset(counting), students)


# --- who is who ----------------------------------------------------------------------------------


def _by_person(rows: Sequence[Row]) -> list[list[Row]]:
    """Hand-ins of nobody's roster, by whose they are. Two of one name and attempt are of two people of that name."""
    found: dict[tuple[str, str], list[Row]] = {}
    alike = Counter((row.student.name, row.attempt) for row in rows)
    for row in rows:
        student = row.student
        names = [("id", student.id), ("login", student.login), ("email", student.email)]
        if alike[student.name, row.attempt] == 1:
            names.append(("name", student.name))
        key = next((each for each in names if each[1]), ("submission", row.submission))
        found.setdefault(key, []).append(row)
    return list(found.values())


def _named(row: Row) -> Student:
    return row.student if row.student.name else replace(row.student, name=row.submission)


def _merged(student: Student, as_handed_in: Student) -> Student:
    """What the roster knows, and what only the layout does; not where that knows a group alone, by its name."""
    if student.group and student.group.casefold() in (as_handed_in.name.casefold(), as_handed_in.group.casefold()):
        return student
    names = [field.name for field in fields(Student)]
    return Student(**{name: getattr(student, name) or getattr(as_handed_in, name) for name in names})


def _pools(people: Sequence[Student], handed_in: Sequence[list[Row]]) -> list[list[Row]]:
    """For each person all hand-ins of their group."""
    groups: dict[str, list[Row]] = {}
    for student, mine in zip(people, handed_in, strict=True):
        groups.setdefault(student.group, []).extend(mine)
    return [groups[s.group] if s.group else mine for s, mine in zip(people, handed_in, strict=True)]


# --- what counts ---------------------------------------------------------------------------------


def _in_order(rows: Sequence[Row]) -> list[Row]:
    """By attempt and date. Several students' attempts are numbered apart: of a group by date, where all have one."""
    together = len({(row.student.id, row.student.login, row.student.email, row.student.name) for row in rows}) > 1
    if together and all(_instant(row) for row in rows):
        return sorted(rows, key=lambda row: (_instant(row), row.attempt, row.submission))
    return sorted(rows, key=lambda row: (row.attempt, _instant(row), row.submission))


def _instant(row: Row) -> float:
    """Seconds since 1970; 0 where nothing, or nothing readable, is known."""
    try:
        found = datetime.fromisoformat(row.submitted_at or "")
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return 0.0


def _counting(rows: Sequence[Row], attempts: str) -> list[Row]:
    ordered = _in_order(rows)
    if attempts == "all" or not ordered:
        return ordered
    graded = [row for row in ordered if row.status == "graded"]
    if attempts == "best" and graded:
        return [max(reversed(graded), key=lambda row: (row.score, not row.late))]  # of equals the latest
    return [ordered[-1]]


def _standings(
    student: Student, own: Sequence[Row], rows: Sequence[Row], attempts: str, points: float
) -> Iterable[Standing]:
    """A student's rows, made from all hand-ins of the group."""
    counting = _counting(rows, attempts)
    if not counting:
        yield Standing(student, "missing", points=points, attempts=0, reason="nothing was handed in")
    for row in counting:
        shown = _merged(student, row.student) if row in own else student
        yield _standing(shown, row, len(rows), _remark(row, rows, attempts))


def _standing(student: Student, row: Row, attempts: int, remark: str) -> Standing:
    is_graded = row.status == "graded"
    return Standing(
        student=student,
        status="graded" if is_graded else "ungraded",
        submission=row.submission,
        path=row.path,
        submitted_at=row.submitted_at,
        raw_score=row.raw_score if is_graded else None,
        penalty=row.penalty if is_graded else None,
        score=row.score if is_graded else None,
        points=row.points,
        attempts=attempts,
        reason="; ".join(part for part in (row.reason, remark) if part),
        overridden=row.overridden,
        upload=row.upload,
        is_late=row.late,
    )


def _remark(row: Row, rows: Sequence[Row], attempts: str) -> str:
    """On other attempts, where one that could not be graded makes a difference."""
    others = [other for other in _in_order(rows) if other is not row]
    if attempts == "latest" and row.status != "graded":
        graded = [other for other in others if other.status == "graded"]
        if graded:
            last = graded[-1]
            return f"attempt {last.attempt} has {last.score:.10g} of {last.points:.10g} points, and does not count"
    if attempts == "best" and row.status == "graded":
        lost = [str(other.attempt) for other in others if other.status != "graded"]
        if lost:
            return f"attempt {', '.join(lost)} could not be graded, and may be better"
    return ""


def _by_name(standing: Standing) -> tuple[str, ...]:
    student = standing.student
    return student.name.casefold(), student.name, student.id, student.login, student.email, student.section
