"""What an instructor sees of `grader grade` on a terminal: a line per submission, then the class in figures."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from grader.model import Result
from grader.reports.ink import Ink, score_style
from grader.reports.reading import by_id, first_reason
from grader.reports.safe import one_line, points

WITH_BAR = 70
"""Columns from which on there is room for a bar, of so many cells:"""
CELLS = 10


def show_class(results: Sequence[Result], console: Console) -> None:
    """Print the class: score, id and the first reason for lost points of each; mean, median, what is ungraded."""
    ink = Ink.of(console)
    if not results:
        console.print(Text("no submissions were graded"))
        return
    widest = max(cell_len(one_line(result.submission.id)) for result in results)
    for result in by_id(results):
        line = _line(result, ink, min(widest, console.width // 3), with_bar=console.width >= WITH_BAR)
        console.print(ink.cut(line, console.width), no_wrap=True, overflow="crop")
    console.print()
    console.print(_totals(results, ink))


def _line(result: Result, ink: Ink, id_width: int, *, with_bar: bool) -> Text:
    """One line whatever the terminal, so that a class can be scanned, and counted by `wc -l`."""
    share = result.score / result.points if result.points else 1.0
    if result.status == "ungraded":
        score, style, bar = "ungraded", "bold yellow", Text(" " * CELLS)
    else:
        score, style, bar = points(result.score), score_style(share), ink.bar(share, CELLS)
    line = ink.line(f"{score:>8}  ", style)
    if with_bar:
        line.append_text(bar).append("  ")
    line.append_text(ink.cut(ink.line(result.submission.id), id_width, pad=True))
    return line.append("  ").append_text(ink.line(first_reason(result)[:300], "dim"))


def _totals(results: Sequence[Result], ink: Ink) -> Text:
    from statistics import fmean, median

    graded = [result for result in results if result.status == "graded"]
    scores = [result.score for result in graded]
    missing = len(results) - len(graded)
    line = ink.line(f"{len(graded)} graded" if missing else f"all {len(graded)} graded", "bold")
    if scores:
        full = sum(result.score >= result.points for result in graded)
        of = points(max(result.points for result in graded))
        line.append(f": mean {points(fmean(scores))}, median {points(median(scores))} of {of} points; {full} with all")
    if missing:
        line.append_text(ink.line(f"; {missing} UNGRADED", "bold yellow"))
    return line
