"""What a gradebook's kind makes of its table: a row per student, and the columns that can take a score."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.gradebooks.table import Table

BLANK = ("", "-")
"""Both Canvas and Moodle take these for no grade."""

_NUMBER = re.compile(r"-?[0-9][0-9.,]*")


@dataclass(frozen=True, slots=True)
class Row:
    """A student of the export, by all that it says of one; what it does not say is empty."""

    record: int
    names: tuple[str, ...]
    """As shown, then in other forms: `Last, First` and `First Last`."""
    id: str = ""
    """The LMS's own."""
    logins: tuple[str, ...] = ()
    """All else that names one student only: login, SIS id, number, e-mail address."""
    closed: str = ""
    """Why the LMS would take no grade; empty where it does."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that takes an assignment's grades."""

    index: int
    heading: str
    title: str
    id: str = ""
    maximum: Fraction | None = None
    """None: the export does not say."""
    closed: str = ""
    """Why nothing can be entered."""
    notes: tuple[str, ...] = ()
    """What is to be known of the column, in sentences."""
    worth: str = ""
    """The cell that says `maximum`; it shows how numbers are written here."""


@dataclass(frozen=True)
class Sheet:
    """An instructor's exported gradebook."""

    kind: str
    layout: str
    """The layout whose downloads use the same ids."""
    table: Table
    rows: Sequence[Row]
    columns: Sequence[Column]
    has_ids_of_groups: bool = False
    """Whether the LMS's own downloads may hold a group's id, which looks like a student's."""
    of_one: bool = False
    """Whether it is one assignment's alone, so that there is no choice of columns."""


@dataclass(frozen=True, slots=True)
class Gradebook:
    """A kind of gradebook. `read` raises UsageError where a file of this kind is broken."""

    kind: str
    headings: str
    """What it is recognised by, for a sentence."""
    recognises: Callable[[Sequence[str]], bool]
    read: Callable[[Table], Sheet]


def number(text: str) -> Fraction | None:
    """A grade as Canvas reads it: the last of `.` and `,` is the decimal sign. None: it is no number."""
    plain = re.sub(r"\s", "", text)
    if not _NUMBER.fullmatch(plain):
        return None
    *whole, last = re.split(r"[.,]", plain)
    return Fraction(f"{''.join(whole)}.{last}" if whole and last else plain.strip(".,"))


def has_comma(cells: Sequence[str]) -> bool:
    """Whether numbers are written with a decimal comma here: one is, and none has a point."""
    numbers = [cell.strip() for cell in cells if number(cell) is not None]
    return any("," in cell for cell in numbers) and not any("." in cell for cell in numbers)


def forms(name: str) -> tuple[str, ...]:
    """The name, and the same turned round where it is `Last, First`."""
    last, comma, first = name.partition(",")
    return (name, f"{first.strip()} {last.strip()}") if comma and first.strip() else (name,)
