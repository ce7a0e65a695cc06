"""What becomes of each row: the cells that are to be written, and all that is to be told of the others. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Literal

from grader.class_results import Standing
from grader.gradebooks.matching import Matched, named
from grader.gradebooks.sheet import BLANK, Column, Row, Sheet, has_comma, number
from grader.gradebooks.table import shown
from grader.reports.safe import csv_cell

EXCUSED = "EX"
NOT_ASSIGNED = "N/A"
Missing = Literal["leave", "zero"]


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that was written. `old` is empty where there was no grade."""

    student: str
    old: str
    new: str


@dataclass(frozen=True)
class Filled:
    """What was entered into an instructor's gradebook, and what was not. Students are named as for people to read."""

    kind: str
    column: str
    path: Path
    changed: Sequence[Change] = ()
    unchanged: int = 0
    """Rows whose grade was that score already."""
    without_submission: Sequence[str] = ()
    """Of the class, with nothing handed in: left as they were, or 0 where that was asked for."""
    ungraded: Sequence[str] = ()
    """Left as they were: the machine could not grade them."""
    excused: Sequence[str] = ()
    """`EX` stays, whatever the score."""
    closed: Sequence[str] = ()
    """With a score that the LMS would not take, and why."""
    overridden: Sequence[str] = ()
    """Entered with a correction by hand."""
    without_row: Sequence[str] = ()
    """Of the class, but not in the export."""
    without_standing: Sequence[str] = ()
    """In the export, but not of the class."""
    doubts: Sequence[str] = ()
    notes: Sequence[str] = ()
    matched: int = 0
    """Rows that are a student's of the class."""

    @property
    def overwritten(self) -> list[Change]:
        """Those that had another grade before."""
        return [change for change in self.changed if change.old]


@dataclass
class _Told:
    """`Filled` while rows are gone through."""

    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    changed: list[Change] = field(default_factory=list)
    unchanged: int = 0
    lists: dict[str, list[str]] = field(default_factory=dict)
    outside: int = 0
    has_comma: bool = False

    def add(self, name: str, text: str) -> None:
        self.lists.setdefault(name, []).append(text)


def fill(
    sheet: Sheet, column: Column, match: Matched, out: Path, missing: Missing = "leave"
) -> tuple[dict[tuple[int, int], str], Filled]:
    """The cells to write, by record and column, and what is to be told."""
    cells = (sheet.table.value(row.record, column.index) for row in sheet.rows)
    told = _Told(has_comma=has_comma([column.worth, *cells]))
    for row in sheet.rows:
        standing = match.standings.get(row.record)
        if standing is not None:
            _enter(sheet, column, row, standing, told, missing)
            continue
        who = shown(row.names[0] or row.id)
        told.add("without_standing", who)
        # Whose score found no row may be this one: a 0 would be his.
        if missing == "zero" and not match.without_row and not match.doubts:
            _zero(sheet, column, row, who, told)
    filled = Filled(
        sheet.kind,
        column.heading,
        out,
        changed=told.changed,
        unchanged=told.unchanged,
        without_row=[
            named(each.student) + ("" if each.on_roster else ", not on the roster") for each in match.without_row
        ],
        doubts=match.doubts,
        notes=_notes(sheet, column, match, told, missing),
        matched=len(match.standings),
        **told.lists,
    )
    return told.cells, filled


def _enter(sheet: Sheet, column: Column, row: Row, standing: Standing, told: _Told, missing: Missing) -> None:
    who, old = named(standing.student), sheet.table.value(row.record, column.index).strip()
    if standing.status == "missing":
        told.add("without_submission", who)
        if missing == "zero":
            _zero(sheet, column, row, who, told)
    elif standing.score is None or standing.status == "ungraded":
        told.add("ungraded", who)
    elif old.upper() == EXCUSED:
        told.add("excused", who)
    elif closed := _closed(row, old):
        told.add("closed", f"{who}: {closed}")
    else:
        if standing.overridden:
            told.add("overridden", who)
        score = _scaled(standing, column)
        told.outside += column.maximum is not None and not 0 <= score <= column.maximum
        _write(column, row, Change(who, "" if old in BLANK else old, _text(score, told)), told)


def _zero(sheet: Sheet, column: Column, row: Row, who: str, told: _Told) -> None:
    """A 0 for nothing handed in, but never in place of what a person entered."""
    old = sheet.table.value(row.record, column.index).strip()
    if old in BLANK and not row.closed:
        _write(column, row, Change(who, "", _text(Fraction(0), told)), told)


def _closed(row: Row, old: str) -> str:
    if old.upper() == NOT_ASSIGNED:
        return "the assignment is not assigned to this student (N/A)"
    return row.closed


def _write(column: Column, row: Row, change: Change, told: _Told) -> None:
    old = number(change.old)
    if old is not None and csv_cell(old) == csv_cell(number(change.new)):
        told.unchanged += 1
        return
    told.changed.append(change)
    told.cells[row.record, column.index] = change.new


def _scaled(standing: Standing, column: Column) -> Fraction:
    """The score in the column's points, exact: a score is a decimal number of two places."""
    score, points = Fraction(str(standing.score)), Fraction(str(standing.points))
    return score * column.maximum / points if column.maximum and points > 0 else score


def _text(score: Fraction, told: _Told) -> str:
    """Two decimals at most, as the LMSs keep them; a number, so that no spreadsheet computes anything."""
    text = csv_cell(score)
    return text.replace(".", ",") if told.has_comma else text


def _notes(sheet: Sheet, column: Column, match: Matched, told: _Told, missing: Missing) -> list[str]:
    notes = list(dict.fromkeys(column.notes))
    worth = {Fraction(str(each.points)) for each in match.standings.values() if each.status == "graded"}
    if column.maximum is None:
        notes.insert(0, f"{sheet.kind}'s export does not say out of how many points: scores are entered as they are")
    elif scaled := sorted(worth - {column.maximum, Fraction(0)}):
        of = " and ".join(csv_cell(points) for points in scaled)
        notes.insert(0, f"scores out of {of} points are scaled to the column's {csv_cell(column.maximum)}")
    if told.outside:
        notes.append(
            f"{told.outside} of the scores are outside of the column's range: Canvas takes them, Moodle does not"
        )
    if missing == "zero" and (match.without_row or match.doubts):
        notes.append(
            "whoever is in the gradebook but not in the class got no 0: some scores found no row, maybe theirs"
        )
    return notes
