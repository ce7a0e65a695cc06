"""Progress of `grade` on stderr: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

EVERY_SECONDS = 5.0
"""Between two lines."""
REDRAWN_SECONDS = 0.1
"""Between two states of the bar."""
RECENT = 50
"""Submissions over which the pace is measured: it follows the machine, and forgets that it slept."""

KINDS = {"full": "all points", "partial": "some points", "none": "no points", "ungraded": "ungraded"}
"""What a submission came to, in words, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How far a class is, and how fast; times are seconds of any clock."""

    total: int
    """With those kept."""
    kept: int
    """Results of an earlier run, which cost nothing now."""
    began: float
    counts: Mapping[str, int] = field(default_factory=dict)
    """By kind."""
    recent: tuple[float, ...] = ()
    """When the last were done; before them, when those were begun."""

    def after(self, kind: str, now: float) -> Pace:
        """With one more done."""
        counts = {**self.counts, kind: self.counts.get(kind, 0) + 1}
        return replace(self, counts=counts, recent=(*(self.recent or (self.began,)), now)[-RECENT - 1 :])

    @property
    def done(self) -> int:
        """Results that there are, those kept as well."""
        return self.kept + sum(self.counts.values())

    @property
    def per_second(self) -> float | None:
        """Submissions graded in a second; None while the clock has not moved."""
        if len(self.recent) < 2 or self.recent[-1] <= self.recent[0]:
            return None
        return (len(self.recent) - 1) / (self.recent[-1] - self.recent[0])

    @property
    def seconds_left(self) -> float | None:
        """Until all are done, at this pace; None where nobody knows."""
        pace = self.per_second
        return None if pace is None else max(0, self.total - self.done) / pace

    def words(self) -> str:
        """Such as `90 a minute, 4 min left; 12 all points, 3 some points; 40 kept from before`."""
        pace, left = self.per_second, self.seconds_left
        speed = "" if pace is None else f"{pace:.0f} a second" if pace >= 2 else f"{60 * pace:.0f} a minute"
        ahead = _duration(left) if left else ""
        others = [kind for kind in self.counts if kind not in KINDS]
        told = [f"{self.counts[kind]} {KINDS.get(kind, kind)}" for kind in (*KINDS, *others) if kind in self.counts]
        kept = f"{self.kept} kept from before" if self.kept else ""
        parts = (", ".join(filter(None, (speed, ahead))), ", ".join(told), kept)
        return "; ".join(filter(None, parts))


@contextmanager
def progress(total: int, kept: int, console: Console) -> Iterator[Callable[[str], None]]:
    """A function to call with the kind of each submission that is done: one of KINDS.

    `kept` of the `total` results are there already.
    """
    pace = Pace(total, kept, time.monotonic())
    if console.is_terminal:
        yield from _bar(pace, console)
    else:
        yield from _lines(pace, console)


def _bar(pace: Pace, console: Console) -> Iterator[Callable[[str], None]]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("grading"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(pace.words(), total=pace.total, completed=pace.done)
        drawn = pace.began

        def advance(kind: str) -> None:
            nonlocal pace, drawn
            now = time.monotonic()
            pace = pace.after(kind, now)
            if now - drawn >= REDRAWN_SECONDS or pace.done >= pace.total:
                drawn = now
                bar.update(task, completed=pace.done, description=pace.words())

        yield advance


def _lines(pace: Pace, console: Console) -> Iterator[Callable[[str], None]]:
    told = pace.began

    def advance(kind: str) -> None:
        nonlocal pace, told
        now = time.monotonic()
        pace = pace.after(kind, now)
        if now - told >= EVERY_SECONDS:
            told = now
            console.print(f"grader: {pace.done} of {pace.total}: {pace.words()}", soft_wrap=True, highlight=False)

    yield advance


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    if seconds < 90:
        return f"{max(1, round(seconds))} s left"
    return f"{minutes} min left" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min left"
