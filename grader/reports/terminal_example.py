"""A counterexample on a terminal: small inputs, what is expected of them, what came, and lines to paste."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from rich.console import Group, RenderableType
from rich.text import Text

from grader.insight import Array, Counterexample
from grader.reports.ink import Ink
from grader.reports.page_text import differs, digits_for

MOST_NUMBERS = 64
"""Entries of an array that are shown; more are not read at once."""
DIGITS = 4
"""Of a number; more where what differs would look alike."""
WRONG = "*"
"""Stands after an entry that is not as expected: colour alone would not reach everyone."""


def example(found: Counterexample, ink: Ink) -> Iterator[RenderableType]:
    """Its parts from top to bottom."""
    yield ink.excerpt(found.message)
    if found.expected:  # else there is nothing to compare: the lines to paste say all
        for name, value in found.inputs.items():
            yield _named(name, _rows(value), ink, "dim")
        for step in found.steps:
            yield ink.line(step, "bold")
        yield from _compared(found, ink)
    if found.reproducer:
        yield ink.line("To see it yourself, run this:", "dim")


def _compared(found: Counterexample, ink: Ink) -> Iterator[RenderableType]:
    """What is expected above what came; of several values those that differ, by name."""
    right = [name for name in found.expected if name in found.got and _is_right(found.got[name], found.expected[name])]
    if len(right) == len(found.expected):  # as far as can be seen
        right = []
    for name, expected in found.expected.items():
        if name in right:
            continue
        whose = f"{name}: " if len(found.expected) > 1 else ""
        got = found.got.get(name)
        off = differs(got, expected) if got is not None else None
        digits = digits_for(got, expected, off) if got is not None else DIGITS
        yield _named(f"{whose}expected", _rows(expected, digits), ink, "green")
        if got is not None:
            yield _named(f"{whose}got", _rows(got, digits, off), ink, "red")
    if right:
        names = " and ".join([", ".join(right[:-1]), right[-1]] if len(right) > 1 else right)
        yield ink.line(f"{names} {'are' if len(right) > 1 else 'is'} right")


def _is_right(got: Array, expected: Array) -> bool:
    off = differs(got, expected)
    return off is not None and not off.any()


def reproducer(found: Counterexample, ink: Ink) -> RenderableType:
    """Lines to paste: neither indented nor broken, however narrow the terminal."""
    text = ink.text(found.reproducer.strip("\n"))
    text.no_wrap, text.overflow = True, "ignore"
    return Group(text)  # printed alone, a Text would lose what it is told here


def _named(name: str, rows: list[str], ink: Ink, style: str) -> Text:
    """`name = ` before the first row, the others below it."""
    text = ink.text("")
    for number, row in enumerate(rows):
        before = f"{name} = " if number == 0 else " " * (len(name) + 3)
        text.append_text(ink.line(before, style)).append_text(ink.line(row))
        if number + 1 < len(rows):
            text.append("\n")
    return text


def _rows(value: Array | complex, digits: int = DIGITS, wrong: Array | None = None) -> list[str]:
    """A matrix row by row, columns aligned; entries that are wrong are marked."""
    array = np.asarray(value)
    if array.ndim == 0:
        return [_number(array[()], digits)]
    if array.size > MOST_NUMBERS:
        return [f"an array of shape {array.shape}"]
    if array.size == 0:
        return [f"an empty array of shape {array.shape}"]
    cells = np.empty(array.shape, object)
    for at in np.ndindex(array.shape):
        cells[at] = _number(array[at], digits) + (WRONG if wrong is not None and wrong[at] else "")
    width = max(len(cell) for cell in cells.flat)
    return _brackets(cells, width)


def _brackets(cells: Array, width: int) -> list[str]:
    if cells.ndim == 1:
        return ["[" + ", ".join(f"{cell:>{width}}" for cell in cells) + "]"]
    rows = [row for part in cells for row in [*_brackets(part, width)]]
    inner = [("[" if number == 0 else " ") + row for number, row in enumerate(rows)]
    return [*inner[:-1], inner[-1] + "]"]


def _number(value: object, digits: int) -> str:
    """So many digits of it; whole numbers have all."""
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, int | np.integer):
        return str(int(value))
    return f"{value:.{digits}g}"
