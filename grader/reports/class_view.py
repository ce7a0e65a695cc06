"""A class as its page tells it: scores, what went wrong, what the cases are worth, whom to look at, everybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import numpy as np

from grader.class_results import ClassResults, Standing
from grader.items import Summary, summary
from grader.reports.class_cases import CasesView, MatrixRow, cases_view, matrix
from grader.reports.class_rows import Rows, Seen, rows
from grader.reports.page_text import capitalised
from grader.reports.safe import one_line, points

MOST_LISTED = 200
"""Entries of a list; the table of all students has the rest."""
MOST_SLOWEST = 10
MOST_CHARS = 200
BARS = 10
"""Of the distribution, and one more for those who have all points."""


@dataclass(frozen=True, slots=True)
class Person:
    """A student, or a submission of nobody known, with the page that explains the score."""

    name: str
    page: str
    """Address, relative to the class's page; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Bar:
    """So many have a score in this range."""

    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Mistake:
    """A known mistake that somebody made."""

    id: str
    title: str
    count: int
    share: str
    width: int
    """Thousandths of those who were graded."""
    mean: str
    total: str
    people: tuple[Person, ...]
    left: int
    """People beyond those that are listed."""


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


@dataclass(frozen=True, slots=True)
class View:
    """All that the template shows."""

    title: str
    points: str
    tiles: tuple[tuple[str, str], ...]
    """Counts: what, how many."""
    scores: tuple[tuple[str, str], ...]
    """Mean, quartiles …: what, how much. Empty where nobody has a score."""
    bars: tuple[Bar, ...]
    mistakes: tuple[Mistake, ...]
    unexplained: int
    """Submissions that lost points for no mistake that is known."""
    not_made: int
    """Mistakes that are known and nobody made."""
    cases: CasesView
    matrix: tuple[MatrixRow, ...]
    listings: tuple[Listing, ...]
    students: tuple[StudentRow, ...]
    sections: tuple[str, ...]
    facts: Mapping[str, str]


FLAGS = ("graded", "ungraded", "missing", "late", "overridden", "unknown")
"""By which the table of all students is filtered."""


def view(class_: ClassResults) -> View:
    """Everything about a class; its results are gone through once."""
    table = rows(class_)
    seen = table.by_id()
    person = _people(table)
    students = _students(class_, table, seen, person)
    scores = np.array([s.score for s in table.standings if s.status == "graded" and s.score is not None], dtype=float)
    counted = [row for row, counts in zip(table.seen, table.counts, strict=True) if counts]
    mistakes = _mistakes(class_, counted, person)
    known = {id_ for id_, _ in class_.misconceptions} | {mistake.id for mistake in mistakes}
    return View(
        title=_line(class_.title or class_.assignment),
        points=points(class_.points),
        tiles=_tiles(students),
        scores=_in_words(summary(scores)),
        bars=_bars(scores, class_.points),
        mistakes=mistakes,
        unexplained=sum(row.raw_score < row.points and not row.mistakes for row in counted),
        not_made=len(known) - len(mistakes),
        cases=cases_view(table),
        matrix=matrix(table, [(mistake.id, mistake.title) for mistake in mistakes]),
        listings=tuple(_listings(class_, table, seen, person)),
        students=students,
        sections=tuple(sorted({s.student.section for s in table.standings if s.student.section})),
        facts=_facts(class_, table),
    )


def _line(text: str) -> str:
    shown = one_line(text[: MOST_CHARS + 1])
    return shown if len(shown) <= MOST_CHARS else shown[:MOST_CHARS] + " …"


def _people(table: Rows) -> Callable[[str], Person]:
    names: dict[str, list[str]] = {}
    for standing in table.standings:
        if standing.submission is not None and standing.student.name:
            names.setdefault(standing.submission, []).append(standing.student.name)
    fallback = {row.id: row.student for row in table.seen}

    def person(id_: str) -> Person:
        name = ", ".join(names.get(id_, [])) or fallback.get(id_, "") or id_
        return Person(_line(name), f"feedback/{quote(table.pages[id_])}.html" if id_ in table.pages else "")

    return person


# --- scores ------------------------------------------------------------------------------------


def _tiles(students: Sequence[StudentRow]) -> tuple[tuple[str, str], ...]:
    found = Counter(flag for row in students for flag in row.flags if "unknown" not in row.flags or flag == "unknown")
    words = {"overridden": "corrected by hand", "unknown": "not on the roster"}
    shown = [flag for flag in FLAGS if flag != "unknown" or found[flag]]
    return tuple((words.get(flag, flag), str(found[flag])) for flag in shown)


def _in_words(scores: Summary | None) -> tuple[tuple[str, str], ...]:
    if scores is None:
        return ()
    return (
        ("mean", points(scores.mean)),
        ("median", points(scores.median)),
        ("lower quartile", points(scores.lower)),
        ("upper quartile", points(scores.upper)),
        ("lowest", points(scores.least)),
        ("highest", points(scores.greatest)),
    )


def _bars(scores: np.ndarray[tuple[int], np.dtype[np.float64]], most: float) -> tuple[Bar, ...]:
    """How many have a score in each tenth, and how many all points."""
    if not scores.size or most <= 0:
        return ()
    whole = scores >= most - 1e-9
    tenths = np.clip(np.floor(scores[~whole] / most * BARS + 1e-9), 0, BARS - 1).astype(int)
    counts = np.bincount(tenths, minlength=BARS)
    edges = [points(most * n / BARS) for n in range(BARS + 1)]
    bars = [Bar(f"{edges[n]}–{edges[n + 1]}", int(counts[n])) for n in range(BARS)]
    return (*bars, Bar(f"all {points(most)}", int(whole.sum())))


# --- mistakes ----------------------------------------------------------------------------------


def _mistakes(class_: ClassResults, counted: Sequence[Seen], person: Callable[[str], Person]) -> tuple[Mistake, ...]:
    titles = {each.misconception: each.title for row in counted for each in row.mistakes} | dict(class_.misconceptions)
    who: dict[str, list[Seen]] = {}
    gains: dict[str, list[float]] = {}
    for row in counted:
        for each in row.mistakes:
            who.setdefault(each.misconception, []).append(row)
            gains.setdefault(each.misconception, []).append(each.gain)
    return tuple(
        Mistake(
            id=id_,
            title=capitalised(_line(titles[id_])),
            count=len(who[id_]),
            share=percent(len(who[id_]) / len(counted)),
            width=round(1000 * len(who[id_]) / len(counted)),
            mean=points(sum(gains[id_]) / len(gains[id_])),
            total=points(sum(gains[id_])),
            people=tuple(person(row.id) for row in who[id_][:MOST_LISTED]),
            left=max(0, len(who[id_]) - MOST_LISTED),
        )
        for id_ in sorted(who, key=lambda id_: (-len(who[id_]), id_))
    )


def percent(share: float) -> str:
    """A share in percent; nobody and everybody are told from nearly so."""
    shown = round(100 * share)
    if shown == 0 and share > 0:
        return "< 1 %"
    if shown == 100 and share < 1:
        return "> 99 %"
    return f"{shown} %"


# --- whom to look at ---------------------------------------------------------------------------


def _listings(
    class_: ClassResults, table: Rows, seen: Mapping[str, Seen], person: Callable[[str], Person]
) -> Iterable[Listing]:
    handed_in = list(_handed_in(class_, table, seen))
    ungraded = [Entry(person(row.id), _line(row.reason)) for row in handed_in if row.status == "ungraded"]
    yield _listing("ungraded", "Ungraded", "Why there is no score", "", ungraded)
    missing = [Entry(_nameless(s), _handle(s)) for s in table.standings if s.status == "missing"]
    yield _listing("missing", "Missing", "Known as", "", missing)
    unknown = [Entry(person(id_), _line(id_)) for id_ in class_.unknown]
    yield _listing("unknown", "Not on the roster", "Submission", "", unknown)
    late = [
        Entry(person(row.id), _line(row.lateness or "marked late by the LMS"), points(row.penalty))
        for row in handed_in
        if row.is_late
    ]
    yield _listing("late", "Late", "By how much", "Penalty", late, _line(class_.policy))
    corrected = [
        Entry(
            person(row.id),
            _line(f"{each.case or 'score'}: {each.reason}" + (f" ({each.at[:10]})" if each.at else "")),
            points(each.points),
        )
        for row in handed_in
        for each in row.overrides
    ]
    yield _listing("overridden", "Corrected by hand", "What and why", "Points", corrected)
    slowest = sorted(handed_in, key=lambda row: (-row.seconds, row.id))[:MOST_SLOWEST]
    timed = [Entry(person(row.id), _line(row.reason), f"{row.seconds:.2f}") for row in slowest]
    yield _listing("slowest", "Slowest", "First reason for lost points", "Seconds", timed)


def _handed_in(class_: ClassResults, table: Rows, seen: Mapping[str, Seen]) -> Iterable[Seen]:
    """Submissions that count, once each: a group's stands in several lines."""
    ids = dict.fromkeys([*(standing.submission or "" for standing in table.standings), *class_.unknown])
    return (seen[id_] for id_ in ids if id_ in seen)


def _listing(id_: str, title: str, what: str, number: str, entries: Sequence[Entry], note: str = "") -> Listing:
    kept = tuple(entries[:MOST_LISTED])
    return Listing(id_, title, what, number, kept, len(entries) - len(kept), note)


def _nameless(standing: Standing) -> Person:
    return Person(_line(standing.student.name or _handle(standing)), "")


def _handle(standing: Standing) -> str:
    student = standing.student
    return _line(student.login or student.id or student.email)


# --- everybody ---------------------------------------------------------------------------------


def _students(
    class_: ClassResults, table: Rows, seen: Mapping[str, Seen], person: Callable[[str], Person]
) -> tuple[StudentRow, ...]:
    sections = sorted({s.student.section for s in table.standings if s.student.section})
    keys = {section: number for number, section in enumerate(sections, 1)}
    listed = [_student(s, seen.get(s.submission or ""), table, keys) for s in table.standings]
    return (*listed, *(_stranger(seen[id_], person(id_)) for id_ in class_.unknown if id_ in seen))


def _student(standing: Standing, row: Seen | None, table: Rows, keys: Mapping[str, int]) -> StudentRow:
    page = f"feedback/{quote(table.pages[row.id])}.html" if row else ""
    flags = [standing.status, *(["late"] if row and row.is_late else []), *(["overridden"] * standing.overridden)]
    return StudentRow(
        person=Person(_line(standing.student.name or _handle(standing) or standing.submission or ""), page),
        handle=_handle(standing),
        section=_line(standing.student.section),
        section_key=keys.get(standing.student.section, 0),
        flags=tuple(flags),
        mistakes=tuple(each.misconception for each in row.mistakes) if row else (),
        score="" if standing.score is None else points(standing.score),
        order=standing.score if standing.score is not None else -1.0 if standing.status == "ungraded" else -2.0,
        penalty=points(standing.penalty) if standing.penalty else "",
        submitted_at=(standing.submitted_at or "")[:16].replace("T", " "),
        attempts=standing.attempts if row else 0,
        reason=_line(standing.reason),
    )


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
        submitted_at=(row.submitted_at or "")[:16].replace("T", " "),
        attempts=row.attempt,
        reason=_line(row.reason),
    )


def _facts(class_: ClassResults, table: Rows) -> dict[str, str]:
    facts = {"Due": class_.due or "", "Late policy": class_.policy, "Layout": class_.layout, **table.facts}
    return {name: _line(value) for name, value in facts.items() if value}
