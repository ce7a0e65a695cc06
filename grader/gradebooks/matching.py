"""Whose row is whose: by id, login, e-mail address, then exact name. Nobody is guessed; who could be two is a doubt."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from grader.class_results import Standing
from grader.gradebooks.sheet import Row, Sheet
from grader.gradebooks.table import shown
from grader.handin import Student


@dataclass(frozen=True)
class Matched:
    """The standing of each row that has one, by the row's record."""

    standings: Mapping[int, Standing]
    without_row: Sequence[Standing]
    """Of the class, but not in the export."""
    doubts: Sequence[str]
    """Students of the class whose row is not certain, each in a sentence; nothing is written for them."""


def matched(sheet: Sheet, standings: Sequence[Standing], layout: str) -> Matched:
    """Every standing's row. `layout` says where the class's ids come from: the LMS's own, or somewhere else."""
    index = _Index(sheet, own_ids=layout == sheet.layout)
    claims: defaultdict[int, list[Standing]] = defaultdict(list)
    missing, doubts = [], []
    for standing in standings:
        found = index.row_of(standing.student, by_name=standing.on_roster)
        if isinstance(found, Row):
            claims[found.record].append(standing)
        elif found:
            doubts.append(f"{named(standing.student)}: {found}")
        else:
            missing.append(standing)
    certain = {}
    for record, several in claims.items():
        if len(several) == 1:
            certain[record] = several[0]
        else:
            who = " and ".join(named(each.student) + _handed_in(each) for each in several)
            doubts.append(f"{who}: both would be line {sheet.table.lines[record]}")
    return Matched(certain, missing, doubts)


def named(student: Student) -> str:
    """A student for a sentence: the name, and what tells people of one name apart."""
    more = student.id or student.login or student.email
    return shown(f"{student.name} ({more})" if more and more != student.name else student.name or more)


def _handed_in(standing: Standing) -> str:
    return f" [{shown(standing.submission)}]" if standing.submission else ""


class _Index:
    """The rows by all that names them."""

    def __init__(self, sheet: Sheet, own_ids: bool) -> None:
        self._lines, self._own_ids = sheet.table.lines, own_ids
        self._trusts_ids = own_ids and not sheet.has_ids_of_groups
        self._ids = _by((_word(row.id), row) for row in sheet.rows)
        self._logins = _by((_word(login), row) for row in sheet.rows for login in row.logins)
        self._names = _by((_word(name), row) for row in sheet.rows for name in row.names)

    def row_of(self, student: Student, *, by_name: bool = True) -> Row | str | None:
        """The student's row, or why it is not certain which it is, or None where there is none.

        Without `by_name` a name alone is not enough: such as of who is not on the roster.
        """
        # A roster's id may be the SIS's, and a Canvas login is often the e-mail address.
        tries: list[tuple[str, str, Sequence[Mapping[str, list[Row]]]]] = [
            *([("id", student.id, [self._ids])] if self._own_ids else []),
            ("number", student.id, [self._logins] if self._own_ids else [self._ids, self._logins]),
            ("login", student.login, [self._logins]),
            ("e-mail address", student.email, [self._logins]),
        ]
        if not (student.id or student.login or student.email):  # a file is often called like its student's login
            tries.append(("name", student.name, [self._logins]))
        doubt = ""
        for what, key, indexes in tries:
            rows = {row.record: row for index in indexes for row in index.get(_word(key), ())}
            if key and len(rows) > 1:
                return f"the {what} {shown(key)} is that of {self._places(rows)}"
            if key and rows:
                (row,) = rows.values()
                if key != student.id or (what == "id" and self._trusts_ids) or not _is_another(student, row):
                    return row
                doubt = f"has the id of {self._places(rows)}, but not the name"
        found = self._by_name(student) if by_name else None
        return found if isinstance(found, Row) else doubt or found

    def _by_name(self, student: Student) -> Row | str | None:
        rows = {row.record: row for name in _turned(student.name) for row in self._names.get(_word(name), ())}
        if len(rows) > 1:
            return f"{self._places(rows)} have this name"
        for row in rows.values():
            mail = [login for login in row.logins if "@" in login]
            if (student.email and mail) or (self._own_ids and student.id and row.id):
                return f"line {self._lines[row.record]} has this name, but another id or e-mail address"
            return row
        return None

    def _places(self, rows: Iterable[int]) -> str:
        lines = [str(self._lines[record]) for record in rows]
        return f"line {lines[0]}" if len(lines) == 1 else f"lines {', '.join(lines[:-1])} and {lines[-1]}"


def _by(pairs: Iterable[tuple[str, Row]]) -> Mapping[str, list[Row]]:
    index: defaultdict[str, list[Row]] = defaultdict(list)
    for key, row in pairs:
        if key:
            index[key].append(row)
    return index


def _word(text: str) -> str:
    """Neither case nor blanks tell two people apart, nor how a letter with its accent is encoded."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _turned(name: str) -> list[str]:
    """The name as `First Last` as well, where it is `Last, First`."""
    last, comma, first = name.partition(",")
    return [name, f"{first} {last}"] if comma else [name]


def _is_another(student: Student, row: Row) -> bool:
    """Whether an id stands for somebody else here: nothing else that both sides know is the same."""
    logins = {_word(login) for login in row.logins}
    if {_word(student.login), _word(student.email)} & logins - {""}:
        return False
    if not student.name or not row.names[0] or student.name.endswith(student.id):  # `Participant 123`: a hidden name
        return False
    return not any(_is_like(student.name, name) for name in row.names)


def _is_like(one: str, other: str) -> bool:
    """Whether two spellings may be one name's: turned round, shortened, or run together as in a file's name."""
    letters = sorted((_letters(one), _letters(other)), key=Counter.total)
    return letters[0] <= letters[1] and 2 * letters[0].total() >= letters[1].total()


def _letters(name: str) -> Counter[str]:
    return Counter(char for char in unicodedata.normalize("NFKD", name).casefold() if char.isalnum())
