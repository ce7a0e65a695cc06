"""A class as its page tells it: scores, what went wrong, what the cases are worth, whom to look at, everybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader.class_results import ClassResults
from grader.items import Summary, summary
from grader.reports.class_cases import CasesView, MatrixRow, cases_view, matrix
from grader.reports.class_people import (
    FLAGS,
    MOST_LISTED,
    Listing,
    Person,
    StudentRow,
    line,
    listings,
    people_of,
    sections_of,
    students,
)
from grader.reports.class_rows import Rows, Seen
from grader.reports.page_text import capitalised
from grader.reports.safe import points

BARS = 10
"""Of the distribution, and one more for those who have all points."""


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


def view(class_: ClassResults, table: Rows) -> View:
    """Everything about a class; its results themselves are not looked at again."""
    seen = table.by_id()
    person = people_of(table)
    everybody = students(class_, table, seen, person)
    scores = np.array([s.score for s in table.standings if s.status == "graded" and s.score is not None], dtype=float)
    counted = [row for row, counts in zip(table.seen, table.counts, strict=True) if counts]
    mistakes = _mistakes(class_, counted, person)
    known = {id_ for id_, _ in class_.misconceptions} | {mistake.id for mistake in mistakes}
    return View(
        title=line(class_.title or class_.assignment),
        points=points(class_.points),
        tiles=_tiles(everybody),
        scores=_in_words(summary(scores)),
        bars=_bars(scores, class_.points),
        mistakes=mistakes,
        unexplained=sum(row.raw_score < row.points and not row.mistakes for row in counted),
        not_made=len(known) - len(mistakes),
        cases=cases_view(table),
        matrix=matrix(table, [(mistake.id, mistake.title) for mistake in mistakes]),
        listings=tuple(listings(class_, table, seen, person)),
        students=everybody,
        sections=tuple(map(line, sections_of(table))),
        facts=_facts(class_, table),
    )


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
            title=capitalised(line(titles[id_])),
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


def _facts(class_: ClassResults, table: Rows) -> dict[str, str]:
    facts = {
        "Not everybody": class_.is_partial,
        "Due": class_.due or "",
        "Late policy": class_.policy,
        "Layout": class_.layout,
        **table.facts,
    }
    return {name: line(value) for name, value in facts.items() if value}
