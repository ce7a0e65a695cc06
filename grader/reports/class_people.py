"""The people of a class on its page: whom to look at and why, and a row for everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from grader.class_results import ClassResults, Standing
from grader.reports.class_rows import Rows, Seen
from grader.reports.safe import one_line, points

MOST_LISTED = 200
"""Entries of a list; the table of all students has the rest."""
MOST_SLOWEST = 10
MOST_CHARS = 200

FLAGS = ("graded", "ungraded", "missing", "late", "overridden", "unknown")
"""By which the table of all students is filtered."""


@dataclass(frozen=True, slots=True)
class Person:
    """A student, or a submission of nobody known, with the page that explains the score."""

    name: str
    page: str
    """Address, relative to the class's page; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a list of those to look at."""

    person: Person
    text: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """Those to look at, for one reason."""

    id: str
    title: str
    what: str
    """Heads the column of texts."""
    number: str
    """Heads the column of numbers; empty: there is none."""
    entries: tuple[Entry, ...]
    left: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class StudentRow:
    """A row of the table of all students."""

    person: Person
    handle: str
    section: str
    section_key: int
    flags: tuple[str, ...]
    mistakes: tuple[str, ...]
    score: str
    order: float
    """What the score is sorted by: those without one are below 0."""
    penalty: str
    submitted_at: str
    attempts: int
    reason: str


def line(text: str) -> str:
    """A line of text, safe to be shown, and cut where it is long."""
    shown = one_line(text[: MOST_CHARS + 1])
    return shown if len(shown) <= MOST_CHARS else shown[:MOST_CHARS] + " …"


def people_of(table: Rows) -> Callable[[str], Person]:
    """Id of a submission → whose it is, all students of a group."""
    names: dict[str, list[str]] = {}
    for standing in table.standings:
        if standing.submission is not None and standing.student.name:
            names.setdefault(standing.submission, []).append(standing.student.name)
    seen = table.by_id()

    def person(id_: str) -> Person:
        row = seen.get(id_)
        name = ", ".join(names.get(id_, [])) or (row.student if row else "") or id_
        return Person(line(name), _address(row))

    return person


def _address(row: Seen | None) -> str:
    return f"feedback/{quote(row.page)}.html" if row else ""


# --- whom to look at ---------------------------------------------------------------------------


def listings(
    class_: ClassResults, table: Rows, seen: Mapping[str, Seen], person: Callable[[str], Person]
) -> Iterable[Listing]:
    """Whom to look at, for each reason; also where there is nobody."""
    handed_in = list(_handed_in(class_, table, seen))
    ungraded = [Entry(person(row.id), line(row.reason)) for row in handed_in if row.status == "ungraded"]
    yield _listing("ungraded", "Ungraded", "Why there is no score", "", ungraded)
    missing = [Entry(_nameless(s), _handle(s)) for s in table.standings if s.status == "missing"]
    yield _listing("missing", "Missing", "Known as", "", missing)
    unknown = [Entry(person(id_), line(id_)) for id_ in class_.unknown]
    yield _listing("unknown", "Not on the roster", "Submission", "", unknown)
    late = [
        Entry(person(row.id), line(row.lateness or "marked late by the LMS"), points(row.penalty))
        for row in handed_in
        if row.is_late
    ]
    yield _listing("late", "Late", "By how much", "Penalty", late, line(class_.policy))
    corrected = [
        Entry(
            person(row.id),
            line(f"{each.case or 'score'}: {each.reason}" + (f" ({each.at[:10]})" if each.at else "")),
            points(each.points),
        )
        for row in handed_in
        for each in row.overrides
    ]
    yield _listing("overridden", "Corrected by hand", "What and why", "Points", corrected)
    slowest = sorted(handed_in, key=lambda row: (-row.seconds, row.id))[:MOST_SLOWEST]
    timed = [Entry(person(row.id), line(row.reason), f"{row.seconds:.2f}") for row in slowest]
    yield _listing("slowest", "Slowest", "First reason for lost points", "Seconds", timed)


def _handed_in(class_: ClassResults, table: Rows, seen: Mapping[str, Seen]) -> Iterable[Seen]:
    """Submissions that count, once each: a group's stands in several lines."""
    ids = dict.fromkeys([*(standing.submission or "" for standing in table.standings), *class_.unknown])
    return (seen[id_] for id_ in ids if id_ in seen)


def _listing(id_: str, title: str, what: str, number: str, entries: Sequence[Entry], note: str = "") -> Listing:
    kept = tuple(entries[:MOST_LISTED])
    return Listing(id_, title, what, number, kept, len(entries) - len(kept), note)


def _nameless(standing: Standing) -> Person:
    return Person(line(standing.student.name or _handle(standing)), "")


def _handle(standing: Standing) -> str:
    student = standing.student
    return line(student.login or student.id or student.email)


# --- everybody ---------------------------------------------------------------------------------


def students(
    class_: ClassResults, table: Rows, seen: Mapping[str, Seen], person: Callable[[str], Person]
) -> tuple[StudentRow, ...]:
    """A row for every student, and for each submission of nobody on the roster."""
    keys = {section: number for number, section in enumerate(sections_of(table), 1)}
    listed = [_student(s, seen.get(s.submission or ""), keys) for s in table.standings]
    return (*listed, *(_stranger(seen[id_], person(id_)) for id_ in class_.unknown if id_ in seen))


def sections_of(table: Rows) -> list[str]:
    """The sections' names."""
    return sorted({standing.student.section for standing in table.standings if standing.student.section})


def _student(standing: Standing, row: Seen | None, keys: Mapping[str, int]) -> StudentRow:
    flags = [standing.status, *(["late"] if row and row.is_late else []), *(["overridden"] * standing.overridden)]
    return StudentRow(
        person=Person(line(standing.student.name or _handle(standing) or standing.submission or ""), _address(row)),
        handle=_handle(standing),
        section=line(standing.student.section),
        section_key=keys.get(standing.student.section, 0),
        flags=tuple(flags),
        mistakes=tuple(each.misconception for each in row.mistakes) if row else (),
        score="" if standing.score is None else points(standing.score),
        order=standing.score if standing.score is not None else -1.0 if standing.status == "ungraded" else -2.0,
        penalty=points(standing.penalty) if standing.penalty else "",
        submitted_at=_when(standing.submitted_at, row),
        attempts=standing.attempts if row else 0,
        reason=line(standing.reason),
    )


def _when(at: str | None, row: Seen | None) -> str:
    """To the minute, as it was written down; a file's own time says little and is said to be one."""
    shown = line((at or "")[:16].replace("T", " "))
    return f"{shown} (file)" if shown and row and row.dated_by == "mtime" else shown


def _stranger(row: Seen, person: Person) -> StudentRow:
    flags = [row.status, *(["late"] if row.is_late else []), *(["overridden"] if row.overrides else []), "unknown"]
    is_graded = row.status == "graded"
    return StudentRow(
        person=person,
        handle="",
        section="",
        section_key=0,
        flags=tuple(flags),
        mistakes=tuple(each.misconception for each in row.mistakes),
        score=points(row.score) if is_graded else "",
        order=row.score if is_graded else -1.0,
        penalty=points(row.penalty) if row.penalty else "",
        submitted_at=_when(row.submitted_at, row),
        attempts=row.attempt,
        reason=line(row.reason),
    )
