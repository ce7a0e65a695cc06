"""Which of a folder's submissions are meant: those of a part, those that were named; never our own results."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from grader.database import APPLICATION, NAME
from grader.errors import UsageError, did_you_mean
from grader.handin import Student
from grader.intake import Entry
from grader.nodes import Refused, is_code, open_regular
from grader.roster import match

REPORTS = "reports"
"""The folder in which results go, one folder for each assignment, where nobody says otherwise."""
WRITTEN = ("report.html", "gradebook.csv")
"""Reports of which one at least lies beside every store."""
_MARK_AT = 68
"""Where SQLite keeps a file's application_id, in four bytes."""


def is_mine(id_: str, shard: tuple[int, int] | None) -> bool:
    """Whether a submission belongs to part i of n: by its id alone, so that every machine agrees."""
    return shard is None or zlib.crc32(id_.encode()) % shard[1] == shard[0] - 1


def named(
    entries: Sequence[Entry], names: Sequence[str], students: Mapping[str, Student], roster: Sequence[Student]
) -> list[Entry]:
    """Those that were named, by id, student, login, address, group or the LMS's number.

    `students` is what a roster knows of them, by id. Raises UsageError.
    """
    handed_in = {entry.id: _student(entry) for entry in entries}
    owners = match(roster, handed_in).owners
    students = {**{id_: roster[number] for id_, number in owners.items()}, **students}
    known = {entry.id: _names(entry, students.get(entry.id)) for entry in entries}
    chosen: dict[str, Entry] = {}
    for name in names:
        mine = {entry.id: entry for entry in entries if name in known[entry.id]}
        if not mine:
            if where := on_roster(name, roster, handed_in, "grade"):
                raise UsageError(f"--only {where}")
            like = did_you_mean(name, set().union(*known.values()))
            raise UsageError(f"--only {name}: there is no such submission{like}")
        chosen |= mine
    return list(chosen.values())


def _names(entry: Entry, rostered: Student | None) -> set[str]:
    known = {entry.id, entry.student}
    for student in (_student(entry), rostered):
        known |= {*_called(student), student.group} if student is not None else set()
    return known - {""}


def _student(entry: Entry) -> Student:
    return entry.handed_in.student if entry.handed_in is not None else Student(entry.student)


def _called(student: Student) -> set[str]:
    return {student.name, student.id, student.login, student.email}


def on_roster(name: str, roster: Sequence[Student], handed_in: Mapping[str, Student], verb: str) -> str:
    """Why there is no submission of a student's own to be graded or corrected; empty: the roster knows no such name.

    `handed_in`: id of a hand-in → the student its layout knows. `verb`: what was to be done with it.
    """
    numbers = [number for number, student in enumerate(roster) if name in _called(student) - {""}]
    if not numbers:
        return ""
    found = match(roster, handed_in)
    student, ids = found.students[numbers[0]]
    if ids:
        group = f" (group {student.group})" if student.group else ""
        return f"{name}: handed in with {', '.join(ids)}{group}; to {verb} that for all of them say `{ids[-1]}`"
    unsure = [id_ for id_, students in found.ambiguous if student in students]
    if unsure:
        return f"{name}: whose {', '.join(unsure)} is cannot be told; say `{unsure[0]}` to {verb} it"
    return f"{name}: handed in nothing; there is no submission to {verb}"


def results_among(entries: Sequence[Entry], out: Path) -> frozenset[str]:
    """Ids of folders that hold results instead of submissions: of this run, or of an earlier one."""
    here = out.resolve()
    folders = [entry for entry in entries if entry.parts is None and not is_code(entry.path.name)]
    return frozenset(entry.id for entry in folders if _holds_results(entry.path, here))


def _holds_results(folder: Path, out: Path) -> bool:
    """A folder with code at its top is a student's, whatever else it holds: whoever hands in a `results.db` stays."""
    try:
        if not folder.is_dir() or _has_code(folder):
            return False
        if out.is_relative_to(folder.resolve()):
            return True
        places = [folder, *folder.iterdir()] if folder.name == REPORTS else [folder]
    except OSError:
        return False
    return any(_is_ours(place) for place in places)


def _has_code(folder: Path) -> bool:
    return any(is_code(path.name) for path in folder.iterdir())


def _is_ours(folder: Path) -> bool:
    """A store with a report beside it, and no code. Nothing is opened that is no file."""
    try:
        if _has_code(folder) or not any((folder / report).is_file() for report in WRITTEN):
            return False
        with open_regular(folder / NAME, NAME) as file:
            start = file.read(_MARK_AT + 4)
    except (OSError, Refused):
        return False
    return start[_MARK_AT:] == APPLICATION.to_bytes(4, "big")
