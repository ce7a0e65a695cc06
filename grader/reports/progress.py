"""Progress of `grade` on stderr: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from grader.model import Result

if TYPE_CHECKING:
    from rich.console import Console

EVERY_SECONDS = 5.0


@contextmanager
def progress(total: int, console: Console) -> Iterator[Callable[[Result], None]]:
    """A function to call with each result."""
    if console.is_terminal:
        yield from _bar(total, console)
    else:
        yield from _lines(total, console)


def _bar(total: int, console: Console) -> Iterator[Callable[[Result], None]]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=total)
        counts: Counter[str] = Counter()

        def advance(result: Result) -> None:
            counts[_kind(result)] += 1
            shown = ", ".join(f"{count} {kind}" for kind, count in counts.items())
            bar.update(task, advance=1, description=shown)

        yield advance


def _lines(total: int, console: Console) -> Iterator[Callable[[Result], None]]:
    began = last = time.monotonic()
    done = 0

    def advance(_result: Result) -> None:
        nonlocal last, done
        done += 1
        now = time.monotonic()
        if now - last >= EVERY_SECONDS:
            last = now
            console.print(f"grader: {done} of {total} graded, {done / (now - began):.0f} a second")

    yield advance


def _kind(result: Result) -> str:
    if result.status == "ungraded":
        return "ungraded"
    return "all points" if result.score >= result.points else "points lost"
