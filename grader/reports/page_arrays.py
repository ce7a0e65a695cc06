"""Arrays on a page: as tables of numbers, and as heat maps side by side on one scale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from grader.insight import Array, Counterexample, Picture
from grader.reports.page_text import Room, differs, digits_for, number, shape

MOST_ENTRIES = 8
"""Rows and columns of a table."""
MOST_TABLES = 2
"""Tables of a stack of matrices."""
MOST_ARRAYS = 4
"""Of each kind: inputs, expected, got."""

Entry = tuple[str, bool]
"""A number, and whether it is not the expected one."""


@dataclass(frozen=True, slots=True)
class Table:
    """A matrix as a table; `at` is its place in a stack."""

    at: str
    columns: range
    rows: tuple[tuple[Entry, ...], ...]
    left_out: str


@dataclass(frozen=True, slots=True)
class Named:
    """A value by its name: a scalar in words, or tables."""

    name: str
    shape: str
    scalar: str
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A counterexample, fit to be shown."""

    message: str
    steps: str
    inputs: tuple[Named, ...]
    expected: tuple[Named, ...]
    got: tuple[Named, ...]
    reproducer: str


def example(found: Counterexample, room: Room) -> Example:
    """A counterexample with what differs marked in what was got."""
    off = {name: differs(got, found.expected[name]) for name, got in found.got.items() if name in found.expected}
    digits = {name: digits_for(found.got[name], found.expected[name], wrong) for name, wrong in off.items()}
    return Example(
        message=room.text(found.message, 1000),
        steps=room.text("\n".join(found.steps), 1000),
        inputs=_all_named(found.inputs, {}, {}, room),
        expected=_all_named(found.expected, {}, digits, room),
        got=_all_named(found.got, off, digits, room),
        reproducer=room.text(found.reproducer, 3000),
    )


def _all_named(
    values: Mapping[str, Array | int | float | bool],
    off: Mapping[str, Array | None],
    digits: Mapping[str, int],
    room: Room,
) -> tuple[Named, ...]:
    first = list(values.items())[:MOST_ARRAYS]
    return tuple(_named(room.line(name, 60), np.asarray(v), off.get(name), digits.get(name, 4)) for name, v in first)


def _named(name: str, array: Array, off: Array | None, digits: int) -> Named:
    wrong = np.zeros(array.shape, bool) if off is None else off
    if array.ndim == 0:
        return Named(name, "", number(array.item(), digits), ())
    if array.size == 0:
        return Named(name, shape(array.shape), "no entries", ())
    matrices, marks = np.atleast_2d(array), np.atleast_2d(wrong)
    places = list(np.ndindex(matrices.shape[:-2]))
    # Of a stack, what differs is to be seen.
    places.sort(key=lambda at: not marks[at].any())
    tables = tuple(_table(at, matrices[at], marks[at], digits) for at in sorted(places[:MOST_TABLES]))
    return Named(name, shape(array.shape), "", tables)


def _table(at: tuple[int, ...], matrix: Array, off: Array, digits: int) -> Table:
    rows, columns = (min(size, MOST_ENTRIES) for size in matrix.shape)
    entries = tuple(
        tuple((number(matrix[row, column].item(), digits), bool(off[row, column])) for column in range(columns))
        for row in range(rows)
    )
    is_whole = (rows, columns) == matrix.shape
    left_out = "" if is_whole else f"the first {rows} × {columns} of {shape(matrix.shape)}"
    return Table(f"[{', '.join(map(str, at))}]" if at else "", range(columns), entries, left_out)


# --- heat maps ---------------------------------------------------------------------------------

LIGHT = (
    *(("#f3f1ea", "#1b1f23"), ("#dfe6ea", "#1b1f23"), ("#c6d5df", "#1b1f23"), ("#a9c2d3", "#1b1f23")),
    *(("#89adc6", "#1b1f23"), ("#6493b5", "#0b0d0f"), ("#3d6f96", "#ffffff"), ("#2a5d84", "#ffffff")),
    ("#17405f", "#ffffff"),
)
"""From little to much on light paper: the colour of a cell, and of the number in it (contrast above 4.5)."""
DARK = (
    *(("#20262c", "#e8e6e1"), ("#22323e", "#e8e6e1"), ("#264053", "#e8e6e1"), ("#2c516b", "#e8e6e1")),
    *(("#336283", "#ffffff"), ("#6b9cc0", "#0b0d0f"), ("#84b1d3", "#0b0d0f"), ("#9fc6e4", "#0b0d0f")),
    ("#c2def4", "#0b0d0f"),
)
"""The same on dark."""

WIDTH, HEIGHT, LEFT, TOP = 48, 32, 40, 40
"""Of a cell, and of the room for the numbers of rows and columns; in pixels of the drawing."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One of the two matrices of a picture."""

    label: str
    width: int
    height: int
    columns: tuple[int, ...]
    """Where each begins."""
    rows: tuple[int, ...]
    cells: Markup


@dataclass(frozen=True, slots=True)
class Heat:
    """A picture: what was got beside what is right."""

    title: str
    rows: str
    columns: str
    description: str
    panels: tuple[Panel, Panel]
    low: str
    high: str
    is_marked: bool


def heat(picture: Picture, room: Room) -> Heat:
    """A picture as two heat maps on the same scale. Where all differs, nothing is marked."""
    numbers = np.concatenate([picture.got, picture.expected], axis=None)
    finite = numbers[np.isfinite(numbers)]
    low, high = float(min(finite, default=0.0)), float(max(finite, default=1.0))
    low = min(low, 0.0)  # a little is to look like a little
    wrong = differs(picture.got, picture.expected)
    off = np.zeros(picture.got.shape, bool) if wrong is None else wrong
    is_marked = bool(off.any() and not off.all())
    return Heat(
        title=room.line(picture.title, 80),
        rows=room.line(picture.rows, 40),
        columns=room.line(picture.columns, 40),
        description=_description(picture, off),
        panels=(
            _panel("yours", picture.got, off & is_marked, low, high),
            _panel("expected", picture.expected, np.zeros(picture.expected.shape, bool), low, high),
        ),
        low=_short(low),
        high=_short(high),
        is_marked=is_marked,
    )


def _description(picture: Picture, off: Array) -> str:
    if picture.got.shape != picture.expected.shape:
        return f"{shape(picture.got.shape)} entries instead of {shape(picture.expected.shape)}."
    if not off.any():
        return "No entry differs by more than rounding."
    with np.errstate(invalid="ignore", over="ignore"):
        size = np.nan_to_num(np.abs(picture.got.astype(float) - picture.expected), nan=np.inf)
    row, column = (int(i) for i in np.unravel_index(int(np.where(off, size, -1.0).argmax()), off.shape))
    one, other = number(picture.got[row, column]), number(picture.expected[row, column])
    return (
        f"{int(off.sum())} of {off.size} entries differ, most in row {row}, column {column}: {one} instead of {other}."
    )


def _panel(label: str, matrix: Array, off: Array, low: float, high: float) -> Panel:
    count, across = matrix.shape
    rows = tuple(TOP + HEIGHT * row for row in range(count))
    columns = tuple(LEFT + WIDTH * column for column in range(across))
    cells = Markup("\n").join(
        _cell(x, y, float(matrix[row, column]), bool(off[row, column]), low, high)
        for row, y in enumerate(rows)
        for column, x in enumerate(columns)
    )
    return Panel(label, LEFT + WIDTH * across + 2, TOP + HEIGHT * count + 2, columns, rows, cells)


def _cell(x: int, y: int, value: float, is_off: bool, low: float, high: float) -> Markup:
    """Numbers alone, put together here: a template takes four times as long for hundreds of them."""
    share = (value - low) / (high - low) if np.isfinite(value) and high > low else 0.0
    step = round(min(max(share, 0.0), 1.0) * (len(LIGHT) - 1))
    fill, ink = LIGHT[step]
    ring = f' class="ag-ring" stroke="{LIGHT[0][1]}" stroke-width="2"' if is_off else ""
    return Markup(
        f'<g class="ag-h{step}" fill="{ink}">'
        f'<rect x="{x + 1}" y="{y + 1}" width="{WIDTH - 2}" height="{HEIGHT - 2}" fill="{fill}"{ring}/>'
        f'<text x="{x + WIDTH // 2}" y="{y + 20}">{_short(value)}</text></g>'
    )


def _short(value: float) -> str:
    """Six characters at most."""
    size = abs(value)
    if size < 10:
        text = f"{value:.3f}"
    elif size < 1000:
        text = f"{value:.1f}"
    else:
        text = f"{value:.0e}".replace("e+0", "e").replace("e+", "e")
    return text.replace("-", "−")
