"""A CSV of all students → Students; what is wrong with it is said with its line. Whose a hand-in is: `owners`."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from grader.errors import UsageError
from grader.handin import Student
from grader.owners import Matched, match, word

__all__ = ["Matched", "Roster", "match", "read_roster"]

Roster = tuple[Student, ...]

LARGEST = 20_000_000
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("name", "student", "full name", "student name", "display name"),
    "id": (
        *("id", "user id", "canvas id", "canvas user id", "participant", "participant id", "identifier"),
        *("sis user id", "student id", "student number", "id number", "matriculation number", "number"),
    ),
    "login": (
        *("login", "sis login id", "login id", "username", "user name", "user", "netid", "net id", "github"),
        *("github username", "github user", "github login", "student login"),
    ),
    "email": ("email", "e mail", "email address", "e mail address", "mail"),
    "section": ("section", "sections", "class", "tutorial"),
    "group": ("group", "group name", "groups", "team", "team name"),
    "due": ("due", "due date", "due at", "extension", "extended due date"),
}
"""Headings in small letters, the preferred ones first."""
FIRST, LAST = ("first name", "firstname", "given name"), ("last name", "lastname", "surname", "family name")
NOBODY = frozenset({"points possible", "student, test", "test student"})
"""Rows of Canvas's own in its exports."""


def read_roster(path: Path) -> Roster:
    """Raises UsageError that names the file, the line and what to do."""
    text = _text(path)
    rows = _rows(path, text)
    header = next(rows, None)
    if header is None:
        raise UsageError(f"{path}: the roster is empty; its first line must name the columns, such as id,name,login")
    columns = _columns(path, header[1])
    found: dict[str, tuple[int, Student]] = {}
    for line, cells in rows:
        student = _student(path, line, columns, cells)
        if student is not None:
            _add(found, path, line, student, "id" in columns)
    if not found:
        raise UsageError(
            f"{path}: the roster names no student; it needs a line for each, below the one with the columns"
        )
    students = tuple(student for _, student in found.values())
    _must_differ(path, list(found.values()))
    return students


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(f"{path}: the roster cannot be read ({error.strerror})") from None
    if len(data) > LARGEST:
        raise UsageError(f"{path}: the roster has more than {LARGEST // 1_000_000} MB; is it a CSV of students?")
    if data[:4] == b"PK\x03\x04":
        raise UsageError(f"{path}: this is a spreadsheet or a zip; save the roster as CSV (UTF-8)")
    encoding = "utf-16" if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"
    try:
        text, wrong = data.decode(encoding), data.find(b"\0") if encoding != "utf-16" else -1
    except UnicodeDecodeError as error:
        text, wrong = "", error.start
    if wrong >= 0:  # a zero: UTF-16 without its mark
        line = data[:wrong].count(b"\n") + 1
        raise UsageError(f"{path}:{line}: not UTF-8; save the roster as CSV UTF-8")
    return text


def _rows(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Lines that are not blank, with their numbers."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                yield line, stripped
            line = reader.line_num + 1
    except csv.Error as error:
        raise UsageError(f"{path}:{line}: not CSV ({error}); save the roster as CSV (UTF-8) again") from None


def _columns(path: Path, header: Sequence[str]) -> Mapping[str, tuple[int, ...]]:
    """Where each field stands; a name may stand in two columns."""
    where: dict[str, int] = {}
    for index, title in enumerate(header):
        word = " ".join(re.split(r"[\W_]+", title.casefold())).strip()
        if word in where and any(word in names for names in COLUMNS.values()):
            raise UsageError(f"{path}:1: two columns are called {title!r}; give one of them another name")
        where[word] = index
    found: dict[str, tuple[int, ...]] = {
        field: (where[next(name for name in names if name in where)],)
        for field, names in COLUMNS.items()
        if any(name in where for name in names)
    }
    first, last = (next((where[name] for name in names if name in where), None) for names in (FIRST, LAST))
    if "name" not in found and first is not None and last is not None:
        found["name"] = (first, last)
    if not found.keys() & {"name", "id", "login", "email"}:
        shown = ", ".join(title[:40] for title in header[:8])
        raise UsageError(
            f"{path}:1: no column tells the students apart ({shown}); the first line must name them, such as "
            "id,name,login,email,section,group,due"
        )
    return found


def _student(path: Path, line: int, columns: Mapping[str, tuple[int, ...]], cells: Sequence[str]) -> Student | None:
    """None for a row of Canvas's own."""
    values = {
        field: " ".join(cells[index] for index in indexes if index < len(cells) and cells[index])
        for field, indexes in columns.items()
    }
    if values.get("name", "").casefold() in NOBODY:
        return None
    if not any(values.get(field) for field in ("name", "id", "login", "email")):
        if line <= 4 and "id" in columns and "name" in columns:  # what Canvas says of its columns: Manual Posting
            return None
        raise UsageError(f"{path}:{line}: this line names nobody; fill in the student, or delete it")
    values["id"] = re.sub(r"^participant\s+(?=\d+$)", "", values.get("id", ""), flags=re.IGNORECASE)
    if "id" in columns and not values["id"]:
        who = values.get("name") or values.get("login") or values.get("email")
        raise UsageError(f"{path}:{line}: {who} has no id; fill it in, or delete the column")
    if "name" in columns and not values["name"]:
        raise UsageError(f"{path}:{line}: the student {values['id'] or values.get('login')} has no name; fill it in")
    values.setdefault("name", values["id"] or values.get("login", "") or values.get("email", ""))
    return Student(**values)


def _add(found: dict[str, tuple[int, Student]], path: Path, line: int, student: Student, has_ids: bool) -> None:
    """Who is in two sections has a line for each."""
    key = student.id if has_ids else word(student.login or student.email or student.name)
    before, known = found.setdefault(key, (line, student))
    if before == line:
        return
    if replace(student, section="") != replace(known, section=""):
        raise UsageError(
            f"{path}:{line}: {_named(student)} is there twice, and not the same as in line {before} ({_named(known)}); "
            "correct the one that is wrong"
        )
    sections = known.section.split(", ")
    if student.section in sections:
        raise UsageError(f"{path}:{line}: {_named(student)} is there twice (line {before}); delete one of the lines")
    found[key] = before, replace(known, section=", ".join(filter(None, [*sections, student.section])))


def _must_differ(path: Path, found: Sequence[tuple[int, Student]]) -> None:
    """Raises UsageError where two students have the same login or address."""
    for field in ("login", "email"):
        seen: dict[str, tuple[int, Student]] = {}
        for line, student in found:
            value = getattr(student, field)
            if not value:
                continue
            before, other = seen.setdefault(word(value), (line, student))
            if before != line:
                raise UsageError(
                    f"{path}:{line}: {_named(student)} has the {field} of {_named(other)} (line {before}): {value}; "
                    "correct the one that is wrong"
                )


def _named(student: Student) -> str:
    more = student.id or student.login or student.email
    return f"{student.name} ({more})" if more and more != student.name else student.name
