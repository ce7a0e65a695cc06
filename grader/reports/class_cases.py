"""What a class's results say of the cases: how hard, how telling, and which of them each known mistake fails."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader import items
from grader.items import Measure
from grader.reports.class_rows import VERDICTS, Case, Rows, wrong
from grader.reports.safe import one_line, points

WEAK = 0.2
"""A discrimination below is called weak (Ebel, Measuring Educational Achievement, 1965)."""
EASY, HARD = 0.97, 0.2
"""Shares of points from which on a case is said to be had by nearly all, or by few."""
NO_BREAK = "\N{NO-BREAK SPACE}"
ENOUGH = 10
"""Submissions; of fewer nothing is remarked, for chance says as much."""
SHADES = 9
"""Steps of colour in the kill matrix, from none to all."""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in the table and the chart."""

    id: str
    group: str
    hidden: bool
    worth: str
    difficulty: Measure
    discrimination: Measure
    verdicts: str
    remark: str


@dataclass(frozen=True, slots=True)
class Span:
    """Neighbouring cases of one group."""

    id: str
    title: str
    cases: tuple[tuple[str, str], ...]
    """Ids, and what comes after the group's in them."""


@dataclass(frozen=True, slots=True)
class CasesView:
    """All cases, and how far they measure one thing."""

    rows: tuple[CaseRow, ...]
    groups: tuple[Span, ...]
    """Of the cases that are worth points; they are the columns of the kill matrix."""
    alpha: Measure
    alpha_groups: Measure
    """The same with groups as items."""
    students: int
    """Submissions that this is made from."""


@dataclass(frozen=True, slots=True)
class Cell:
    """How many of those who made a mistake did not pass a case."""

    wrong: int
    shade: int
    """0 to SHADES − 1."""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A mistake."""

    title: str
    count: int
    cells: tuple[Cell, ...]


def cases_view(table: Rows) -> CasesView:
    """Measures of all cases, from the submissions that count and have all cases."""
    whole = table.counts & ~np.isnan(table.earned).any(axis=1)
    earned, possible = table.earned[whole], np.array([case.possible for case in table.cases])
    groups = list(dict.fromkeys(case.group for case in table.cases))
    belongs = np.array([[case.group == group for group in groups] for case in table.cases], dtype=float)
    belongs = belongs.reshape(len(table.cases), len(groups))
    measured = items.items(earned, possible)
    verdicts = table.verdicts[table.counts]
    told = len(earned) >= ENOUGH
    found = tuple(_row(c, m, verdicts[:, j], told) for j, (c, m) in enumerate(zip(table.cases, measured, strict=True)))
    return CasesView(
        found,
        tuple(_spans([case for case in table.cases if case.possible])),
        items.alpha(earned, possible),
        items.alpha(earned @ belongs, possible @ belongs),
        int(whole.sum()),
    )


def _spans(cases: Sequence[Case]) -> Iterator[Span]:
    for _, run in itertools.groupby(cases, key=lambda case: case.group):
        members = list(run)
        ids = ((one_line(case.id), one_line(case.id.partition(".")[2] or case.id)) for case in members)
        yield Span(one_line(members[0].group), one_line(members[0].group_title), tuple(ids))


def _row(case: Case, item: items.Item, verdicts: NDArray[np.int8], told: bool) -> CaseRow:
    counts = np.bincount(verdicts[verdicts >= 0], minlength=len(VERDICTS))
    words = [
        f"{count} {verdict.value}".replace("_", " ").replace(" ", NO_BREAK)
        for verdict, count in zip(VERDICTS, counts, strict=True)
        if count
    ]
    return CaseRow(
        id=one_line(case.id),
        group=one_line(case.group_title),
        hidden=case.is_hidden,
        worth=points(case.possible) if case.possible else "advice",
        difficulty=item.difficulty,
        discrimination=item.discrimination,
        verdicts=", ".join(words),
        remark=_remark(item) if told else "",
    )


def _remark(item: items.Item) -> str:
    share, telling = item.difficulty.value, item.discrimination.value
    if telling is not None and telling < 0:
        return "look at it: those who do well elsewhere lose it"
    if telling is not None and telling < WEAK:
        return "hardly tells strong from weak"
    if share is not None and share > EASY:
        return "nearly all have it"
    if share is not None and share < HARD:
        return "few have it"
    return ""


def matrix(table: Rows, mistakes: Sequence[tuple[str, str]]) -> tuple[MatrixRow, ...]:
    """For each mistake (id, title) how many of those who made it did not pass each case that is worth points."""
    is_wrong = wrong(table)[:, [bool(case.possible) for case in table.cases]]
    made = {
        id_: np.array([any(each.misconception == id_ for each in row.mistakes) for row in table.seen], dtype=bool)
        for id_, _ in mistakes
    }
    return tuple(_matrix_row(title, is_wrong[made[id_] & table.counts]) for id_, title in mistakes)


def _matrix_row(title: str, is_wrong: NDArray[np.bool_]) -> MatrixRow:
    count = len(is_wrong)
    return MatrixRow(title, count, tuple(Cell(int(n), _shade(n / count)) for n in is_wrong.sum(axis=0)))


def _shade(share: float) -> int:
    """None and all have a shade of their own."""
    if share in (0, 1):
        return int(share) * (SHADES - 1)
    return 1 + min(int(share * (SHADES - 2)), SHADES - 3)
