"""What an instructor sees of a class on a terminal: a line per submission where they are few, and it in figures.

Of a class of any size only a number and, for some, a name are kept of each submission.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from grader.class_results import ClassResults, PackedResults
from grader.handin import NO_CODE
from grader.lateness import is_late
from grader.model import Result
from grader.reports.ink import Ink, score_style
from grader.reports.reading import first_reason
from grader.reports.safe import one_line, points

MOST_LINES = 60
"""Of more submissions nobody reads a line each."""
MOST_NAMES = 10
MOST_REASONS = 5
MOST_KINDS = 1000
"""Different reasons that are counted."""
WITH_BAR = 70
"""Columns from which on there is room for a bar, of so many cells:"""
CELLS = 10
FIFTHS = 5

_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class _Row:
    """What is told of one submission."""

    id: str
    is_graded: bool
    score: float
    points: float
    reason: str
    is_late: bool

    @property
    def holds_no_code(self) -> bool:
        """Nothing to grade was in it, as `intake` says."""
        return self.reason.startswith(f"{self.id} {NO_CODE}")


def show_class(class_: ClassResults, console: Console) -> None:
    """Print score, id and first reason for lost points of each, or of many how many have which; mean, median.

    Figures are of students, where these are known: as on the class's page, each of a group, and those of the roster.
    """
    ink, tally = Ink.of(console), _Tally()
    for _ in tally.through(_students(class_)):
        pass
    # To unpack each of many results once more would take as long as a report.
    is_known_long = class_.standings and isinstance(class_.results, PackedResults) and _is_long(class_.results.ids())
    results: Iterable[Result] = () if is_known_long else class_.results
    rows = map(_row, results) if class_.standings else tally.through(map(_row, results))
    first = list(islice(rows, MOST_LINES + 1))
    if is_known_long or len(first) > MOST_LINES:
        for _ in rows:
            pass
        _show_shares(tally, ink, console)
    elif first:
        _show_lines(first, ink, console)
    else:
        console.print(Text("no submissions were graded"))
    if first or is_known_long:
        console.print(_totals(tally, class_.outstanding, ink))
    for said in _remarks(class_, tally):
        console.print(ink.line(said, "bold yellow"))


def _students(class_: ClassResults) -> Iterator[_Row]:
    for each in class_.standings:
        if each.submission is not None and each.on_roster:
            is_graded = each.status == "graded" and each.score is not None
            yield _Row(each.submission, is_graded, each.score or 0.0, each.points, each.reason, each.is_late)


def _row(result: Result) -> _Row:
    info, is_graded = result.submission, result.status == "graded"
    late = is_late(result.lateness, info.handed_in) is True
    return _Row(info.id, is_graded, result.score, result.points, first_reason(result), late)


def _remarks(class_: ClassResults, tally: _Tally) -> Iterator[str]:
    """On what no score says: a line each."""
    missing = sum(standing.status == "missing" for standing in class_.standings)
    if missing:
        yield f"{_counted(missing, 'student')} of the roster handed in nothing"
    if tally.empty:
        yield f"{_counted(tally.empty, 'submission')} {'holds' if tally.empty == 1 else 'hold'} no code"
    if class_.unknown:
        lost = sum(standing.status == "ungraded" and not standing.on_roster for standing in class_.standings)
        also = f"; {lost} of them UNGRADED" if lost else ""
        names = _named(class_.unknown, len(class_.unknown))
        yield f"handed in, but on no roster ({len(class_.unknown)}): {names}{also}"


def _is_long(ids: Iterable[str]) -> bool:
    return len(list(islice(ids, MOST_LINES + 1))) > MOST_LINES


@dataclass
class _Tally:
    """The class in figures."""

    scores: array[float] = field(default_factory=lambda: array("d"))
    shares: Counter[int] = field(default_factory=Counter)
    """By fifths begun: 0 none of the points, 1 up to a fifth …; 6 all."""
    points: float = 0.0
    late: int = 0
    empty: int = 0
    """Without any code."""
    ungraded: int = 0
    lost: dict[str, None] = field(default_factory=dict)
    """Ids of the submissions that are ungraded."""
    reasons: Counter[str] = field(default_factory=Counter)
    """By the reason without its numbers."""
    examples: dict[str, str] = field(default_factory=dict)

    def through(self, rows: Iterable[_Row]) -> Iterator[_Row]:
        """The same rows, counted as they pass."""
        for row in rows:
            self.late += row.is_late
            self.empty += row.holds_no_code
            if row.is_graded:
                self.scores.append(row.score)
                self.shares[_fifths(row)] += 1
                self.points = max(self.points, row.points)
                self._count(row.reason)
            else:
                self.ungraded += 1
                self.lost[row.id] = None
            yield row

    def _count(self, reason: str) -> None:
        kind = _DIGITS.sub("", reason[:300])
        if kind and (kind in self.examples or len(self.examples) < MOST_KINDS):
            self.examples.setdefault(kind, reason[:300])
            self.reasons[kind] += 1


def _fifths(row: _Row) -> int:
    if row.score >= row.points:
        return FIFTHS + 1
    return min(int(FIFTHS * row.score / row.points) + 1, FIFTHS) if row.score > 0 else 0


# --- few -----------------------------------------------------------------------------------------


def _show_lines(rows: list[_Row], ink: Ink, console: Console) -> None:
    widest = max(cell_len(one_line(row.id)) for row in rows)
    for row in rows:
        line = _line(row, ink, min(widest, console.width // 3), with_bar=console.width >= WITH_BAR)
        console.print(ink.cut(line, console.width), no_wrap=True, overflow="crop")
    console.print()


def _line(row: _Row, ink: Ink, id_width: int, *, with_bar: bool) -> Text:
    """One line whatever the terminal, so that a class can be scanned, and counted by `wc -l`."""
    share = row.score / row.points if row.points else 1.0
    if not row.is_graded:
        score, style, bar = "ungraded", "bold yellow", Text(" " * CELLS)
    else:
        score, style, bar = points(row.score), score_style(share), ink.bar(share, CELLS)
    line = ink.line(f"{score:>8}  ", style)
    if with_bar:
        line.append_text(bar).append("  ")
    line.append_text(ink.cut(ink.line(row.id), id_width, pad=True))
    return line.append("  ").append_text(ink.line(row.reason[:300], "dim"))


# --- many ----------------------------------------------------------------------------------------


def _show_shares(tally: _Tally, ink: Ink, console: Console) -> None:
    for line in chain(_shares(tally, ink), _reasons(tally, ink), [Text()]):
        console.print(ink.cut(line, console.width), no_wrap=True, overflow="crop")
    if tally.ungraded:
        console.print(_ungraded(tally, ink))
    console.print(Text("a line for each submission: gradebook.csv"))
    console.print()


def _shares(tally: _Tally, ink: Ink) -> Iterator[Text]:
    """How many have which score, the best first."""
    of, graded = tally.points, max(1, len(tally.scores))
    for fifths in range(FIFTHS + 1, -1, -1):
        low, high = points(of * (fifths - 1) / FIFTHS), points(of * fifths / FIFTHS)
        name = points(of) if fifths > FIFTHS else f"{low} to {high}" if fifths else "0"
        count = tally.shares[fifths]
        style = score_style((fifths - 1) / FIFTHS)
        cells = -(-CELLS * count // graded)
        yield (
            ink.line(f"{name:>12}  ", style)
            .append_text(ink.line("█" * cells + "░" * (CELLS - cells), style))
            .append(f"  {count}")
        )


def _reasons(tally: _Tally, ink: Ink) -> Iterator[Text]:
    """What costs most of them points."""
    common = tally.reasons.most_common(MOST_REASONS)
    if common:
        yield Text()
        yield Text("what most lose points by:", "bold")
    for kind, count in common:
        yield ink.line(f"{count:>12}  ").append_text(ink.line(tally.examples[kind]))


def _ungraded(tally: _Tally, ink: Ink) -> Text:
    return ink.line(f"UNGRADED: {_named(tally.lost, len(tally.lost))}", "bold yellow")


def _named(ids: Iterable[str], count: int) -> str:
    """The first of them."""
    names = ", ".join(one_line(name[:60]) for name in islice(ids, MOST_NAMES))
    return names + (f" and {count - MOST_NAMES} more" if count > MOST_NAMES else "")


def _totals(tally: _Tally, outstanding: int, ink: Ink) -> Text:
    from statistics import fmean, median

    graded = len(tally.scores)
    of = f" of {graded + tally.ungraded + outstanding}" if outstanding else ""
    is_all = graded > 1 and not tally.ungraded and not outstanding
    line = ink.line(f"{'all ' if is_all else ''}{graded}{of} graded", "bold")
    if graded:
        mean, middle = points(fmean(tally.scores)), points(median(tally.scores))
        line.append(
            f": mean {mean}, median {middle} of {points(tally.points)} points; {tally.shares[FIFTHS + 1]} with all"
        )
    line.append(f"; {tally.late} late" if tally.late else "")
    if tally.ungraded:
        line.append_text(ink.line(f"; {tally.ungraded} UNGRADED", "bold yellow"))
    return line


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
