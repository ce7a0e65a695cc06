"""A counterexample on a terminal: small inputs, what is expected of them, what came, and lines to paste."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from rich.console import Group, RenderableType
from rich.text import Text

from grader.compare import Tolerance, difference
from grader.insight import Array, Counterexample
from grader.reports.ink import Ink

MOST_NUMBERS = 64
"""Entries of an array that are shown; more are not read at once."""
WRONG = "*"
"""Stands after an entry that is not as expected: colour alone would not reach everyone."""


def example(found: Counterexample, ink: Ink) -> Iterator[RenderableType]:
    """Its parts from top to bottom."""
    yield ink.excerpt(found.message)
    for name, value in found.inputs.items():
        yield _named(name, _rows(value, None), ink, "dim")
    for step in found.steps:
        yield ink.line(step, "bold")
    for name, expected in found.expected.items():
        got = found.got.get(name)
        yield _named("expected", _rows(expected, None), ink, "green")
        if got is not None:
            yield _named("got", _rows(got, _wrong(got, expected)), ink, "red")
    if found.reproducer:
        yield ink.line("To see it yourself, run this:", "dim")


def reproducer(found: Counterexample, ink: Ink) -> RenderableType:
    """Lines to paste: neither indented nor broken, however narrow the terminal."""
    text = ink.text(found.reproducer.strip("\n"))
    text.no_wrap, text.overflow = True, "ignore"
    return Group(text)  # printed alone, a Text would lose what it is told here


def _wrong(got: Array, expected: Array) -> Array | None:
    """Where entries differ; None where that cannot be said."""
    if got.shape != expected.shape or not {got.dtype.kind, expected.dtype.kind} <= set("biuf"):
        return None
    off: Array = np.zeros(got.shape, bool)
    for at in np.ndindex(got.shape):
        off[at] = difference(np.asarray(got[at]), np.asarray(expected[at]), Tolerance()) is not None
    return off


def _named(name: str, rows: list[str], ink: Ink, style: str) -> Text:
    """`name = ` before the first row, the others below it."""
    text = ink.text("")
    for number, row in enumerate(rows):
        before = f"{name} = " if number == 0 else " " * (len(name) + 3)
        text.append_text(ink.line(before, style)).append_text(ink.line(row))
        if number + 1 < len(rows):
            text.append("\n")
    return text


def _rows(value: Array | complex, wrong: Array | None) -> list[str]:
    """A matrix row by row, columns aligned; entries that are wrong are marked."""
    array = np.asarray(value)
    if array.ndim == 0:
        return [_number(array[()])]
    if array.size > MOST_NUMBERS:
        return [f"an array of shape {array.shape}"]
    if array.size == 0:
        return [f"an empty array of shape {array.shape}"]
    cells = np.empty(array.shape, object)
    for at in np.ndindex(array.shape):
        cells[at] = _number(array[at]) + (WRONG if wrong is not None and wrong[at] else "")
    width = max(len(cell) for cell in cells.flat)
    return _brackets(cells, width)


def _brackets(cells: Array, width: int) -> list[str]:
    if cells.ndim == 1:
        return ["[" + ", ".join(f"{cell:>{width}}" for cell in cells) + "]"]
    rows = [row for part in cells for row in [*_brackets(part, width)]]
    inner = [("[" if number == 0 else " ") + row for number, row in enumerate(rows)]
    return [*inner[:-1], inner[-1] + "]"]


def _number(value: object) -> str:
    """Few digits: enough to see that two numbers differ."""
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, int | np.integer):
        return str(int(value))
    return f"{value:.4g}"
