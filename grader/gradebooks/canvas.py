"""Canvas: the CSV of Grades → Export → Export Entire Gradebook.

As Canvas's own importer reads it: Student (or LastName, FirstName), ID, ids of the SIS, Section, columns of one's own,
then `Title (id)` for each assignment and totals. Rows before the students say `Manual Posting` and `Points Possible`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from grader.errors import UsageError
from grader.gradebooks.sheet import Column, Gradebook, Row, Sheet, forms, number
from grader.gradebooks.table import Table, shown

_TITLE = re.compile(r"(?P<title>.*\S)\s*\((?P<id>\d+)\)")
_TOTAL = re.compile(r"(Current|Final|Override) (Score|Points|Grade|Status)")
_HIDDEN = re.compile(r"\s*(Muted|Manual Posting.*)?\s*", re.IGNORECASE)
_READ_ONLY = re.compile(r"read\s+only", re.IGNORECASE)
_ROUNDED = re.compile(r"\d[.,]?\d*E\+\d+", re.IGNORECASE)
"""What a spreadsheet makes of a long id."""
_LOGINS = ("SIS Login ID", "SIS User ID", "Integration ID")


def recognises(headings: Sequence[str]) -> bool:
    """As Canvas does."""
    named = headings[:1] == ["Student"] or headings[:2] == ["LastName", "FirstName"]
    return named and "ID" in headings[1:3] and "Section" in headings


def read(table: Table) -> Sheet:
    """Raises UsageError where ids are missing, there twice, or spoilt."""
    titles = table.headings
    possible = next((n for n in range(1, len(table.records)) if "Points Possible" in table.value(n, 0)), None)
    hidden = [n for n in range(1, len(table.records)) if _is_hidden(table, n)]
    students = [n for n in range(1, len(table.records)) if n != possible and n not in hidden]
    rows = [_row(table, n) for n in students]
    columns = [
        _column(table, index, possible, hidden)
        for index in range(titles.index("Section") + 1, len(titles))
        if titles[index] and not _TOTAL.search(titles[index])
    ]
    # A column of one's own has no id; assignments have, but for those of exports made long ago.
    return Sheet("Canvas", "canvas", table, rows, [each for each in columns if each.id] or columns)


def _is_hidden(table: Table, record: int) -> bool:
    return all(_HIDDEN.fullmatch(table.value(record, column)) for column in range(len(table.records[record])))


def _row(table: Table, record: int) -> Row:
    titles, place = table.headings, f"{table.path}:{table.lines[record]}"
    if len(table.records[record]) > len(titles):
        raise UsageError(f"{place}: this row has more cells than there are headings; export the gradebook again")
    cells = {title: table.value(record, index).strip() for index, title in enumerate(titles[: _info(titles)])}
    if _ROUNDED.fullmatch(cells["ID"]):
        raise UsageError(f"{place}: a spreadsheet has rounded the ID to {shown(cells['ID'])}; export it again")
    if "Student" in cells:
        names = forms(cells["Student"])
    else:
        names = (f"{cells['LastName']}, {cells['FirstName']}", f"{cells['FirstName']} {cells['LastName']}")
    return Row(record, names, cells["ID"], tuple(cells[name] for name in _LOGINS if cells.get(name)))


def _info(titles: Sequence[str]) -> int:
    return titles.index("Section") + 1


def _column(table: Table, index: int, possible: int | None, hidden: Sequence[int]) -> Column:
    heading = table.headings[index]
    found = _TITLE.fullmatch(heading)
    worth = table.value(possible, index) if possible is not None else ""
    return Column(
        index,
        heading,
        found["title"] if found else heading,
        found["id"] if found else "",
        _positive(number(worth)),
        "Canvas calculates it (read only)" if _READ_ONLY.search(worth) else "",
        tuple(_of_hidden(table.value(record, index)) for record in hidden if table.value(record, index).strip()),
        worth,
    )


def _of_hidden(cell: str) -> str:
    if "hidden from instructors" in cell:
        return "the assignment is graded anonymously: Canvas takes no grades for it until it is posted"
    return "grades are posted by hand (Manual Posting): students see them when you post them"


def _positive(value: Fraction | None) -> Fraction | None:
    return value if value is not None and value > 0 else None


CANVAS = Gradebook("Canvas", "Student, ID, Section", recognises, read)
