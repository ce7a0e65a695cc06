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

REPORTS = "reports"
"""The folder in which results go, one folder for each assignment, where nobody says otherwise."""
WRITTEN = ("report.html", "gradebook.csv")
"""Reports of which one at least lies beside every store."""
_MARK_AT = 68
"""Where SQLite keeps a file's application_id, in four bytes."""


def is_mine(id_: str, shard: tuple[int, int] | None) -> bool:
    """Whether a submission belongs to part i of n: by its id alone, so that every machine agrees."""
    return shard is None or zlib.crc32(id_.encode()) % shard[1] == shard[0] - 1


def named(entries: Sequence[Entry], names: Sequence[str], students: Mapping[str, Student]) -> list[Entry]:
    """Those that were named, by id, student, login, address or the LMS's number.

    `students` is what a roster knows of them, by id. Raises UsageError.
    """
    known = {entry.id: _names(entry, students.get(entry.id)) for entry in entries}
    chosen: dict[str, Entry] = {}
    for name in names:
        mine = {entry.id: entry for entry in entries if name in known[entry.id]}
        if not mine:
            like = did_you_mean(name, set().union(*known.values()))
            raise UsageError(f"--only {name}: there is no such submission{like}")
        chosen |= mine
    return list(chosen.values())


def _names(entry: Entry, rostered: Student | None) -> set[str]:
    handed_in = entry.handed_in.student if entry.handed_in is not None else Student(entry.student)
    known = {entry.id, entry.student}
    for student in (handed_in, rostered):
        known |= {student.name, student.id, student.login, student.email} if student is not None else set()
    return known - {""}


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
