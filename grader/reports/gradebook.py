"""gradebook.csv: a row per student, for people with a spreadsheet (programs read results.jsonl).

A group's hand-in makes a row for each of its students; who handed in nothing has a row without a score, after the
others. The last rows are those of nobody on the roster.
"""

from __future__ import annotations

import codecs
import csv
import json
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import IO, BinaryIO

from grader.class_results import ClassResults, Standing
from grader.handin import Student
from grader.lateness import is_late
from grader.model import Result
from grader.reports import parts
from grader.reports.files import replacing
from grader.reports.parts import Always, Job, Joined, Streamed
from grader.reports.reading import first_reason
from grader.reports.safe import csv_cell

COLUMNS = ("submission", "student", "path", "score", "points", "raw_score", "penalty", "status", "isolation")
"""Before a column for each group's points."""
LAST = (
    *("notes", "student_id", "login", "email", "section", "group"),
    *("submitted_at", "late", "attempts", "overridden"),
)
"""After them."""

ENCODING = "utf-8-sig"
"""With a byte order mark: without one Excel reads `Müller` as `MÃ¼ller`, in silence, and saves it so. Programs that
do not expect the mark fail at once, and have results.jsonl; pandas and the LMSs expect it."""

NOT_ON_ROSTER = "not on the roster"

Cell = str | Fraction | float | None
Cells = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Row:
    """A result as its row has it."""

    submission: str
    cells: Mapping[str, str]
    """By column; what is not there is empty."""
    groups: Mapping[str, str]
    """Points by group; none without a score."""


def part(result: Result, _job: Job) -> Row:
    """Its row, for a class without standings; a standing says more of the student."""
    info, is_graded = result.submission, result.status == "graded"
    causes = [f"likely cause: {diagnosis.title}" for diagnosis in result.diagnoses]
    corrections = [f"corrected by hand: {override.reason}" for override in result.overrides]
    late = is_late(result.lateness, info.handed_in)
    cells: Cells = {
        "submission": info.id,
        "path": info.path,
        "score": result.score if is_graded else None,
        "points": result.points,
        "raw_score": result.raw_score if is_graded else None,
        "penalty": result.penalty if is_graded else None,
        "status": result.status,
        "isolation": result.isolation.tier,
        "notes": " | ".join([*corrections, *(causes or _unnamed(result)), *result.notes]),
        **_of(info.handed_in.student),
        "student": info.student or info.handed_in.student.name,
        "submitted_at": info.submitted_at,
        "late": None if late is None else "yes" if late else "no",
        "attempts": info.handed_in.attempt,
        "overridden": "yes" if result.overrides else "no",
    }
    groups = result.groups if is_graded else ()
    return Row(info.id, _safe(cells), {group.id: csv_cell(group.earned) for group in groups})


def _unnamed(result: Result) -> list[str]:
    """The first reason for lost points, where nothing else says it."""
    said = first_reason(result)
    is_said = result.overrides and said.startswith("corrected by hand")
    return [] if not said or is_said or any(note.startswith(said) for note in result.notes) else [said]


def _of(student: Student) -> Cells:
    named: Cells = {"student": student.name, "student_id": student.id, "login": student.login, "email": student.email}
    return {**named, "section": student.section, "group": student.group}


def _safe(cells: Cells) -> dict[str, str]:
    return {column: text for column, cell in cells.items() if (text := csv_cell(cell))}


def _entered(standing: Standing) -> Mapping[str, str]:
    """What a standing says besides its result."""
    more: Cells = {"attempts": standing.attempts, "overridden": "yes" if standing.overridden else "no"}
    return _safe({**_of(standing.student), **more})


def _strange(notes: str) -> dict[str, str]:
    """What the row of nobody on the roster says of that."""
    return {"notes": f"{NOT_ON_ROSTER} | {notes}" if notes else NOT_ON_ROSTER}


def _without_result(standing: Standing) -> Mapping[str, str]:
    cells: Cells = {
        "submission": standing.submission,
        "path": standing.path,
        "score": standing.score,
        "points": standing.points,
        "raw_score": standing.raw_score,
        "penalty": standing.penalty,
        "status": standing.status,
        "notes": standing.reason or ("nothing was handed in" if standing.status == "missing" else None),
        "submitted_at": standing.submitted_at,
    }
    attempts = {} if standing.submission else {"attempts": ""}
    return {**_safe(cells), **_entered(standing), **attempts}


class _Table:
    """Rows wait in a file without a name, because which groups there are is known only after the last one."""

    def __init__(self, class_: ClassResults, waiting: IO[str], strangers: IO[str]) -> None:
        self._waiting, self._strangers = waiting, strangers
        self._groups: dict[str, None] = {}
        self._standings: defaultdict[str, list[Standing]] = defaultdict(list)
        self._others: list[Standing] = []
        for standing in class_.standings:
            (self._others if standing.submission is None else self._standings[standing.submission]).append(standing)

    def add(self, row: Row) -> None:
        self._groups.update(dict.fromkeys(row.groups))
        standings = self._standings.pop(row.submission, [])
        for standing in standings:
            self._keep({**row.cells, **_entered(standing)}, row.groups, standing.on_roster)
        if not standings:
            self._keep(row.cells, row.groups)

    def write(self, file: BinaryIO) -> None:
        for standing in [*(each for several in self._standings.values() for each in several), *self._others]:
            self._keep(_without_result(standing), {}, standing.on_roster)
        self._waiting.seek(0)
        self._strangers.seek(0)
        groups = list(self._groups)
        writer = csv.writer(codecs.getwriter(ENCODING)(file))
        writer.writerow([*COLUMNS, *(_heading(group) for group in groups), *LAST])
        for line in chain(self._waiting, self._strangers):
            cells, earned = json.loads(line)
            points = [earned.get(group, "") for group in groups]
            writer.writerow([*(cells.get(c, "") for c in COLUMNS), *points, *(cells.get(c, "") for c in LAST)])

    def _keep(self, cells: Mapping[str, str], groups: Mapping[str, str], on_roster: bool = True) -> None:
        kept = cells if on_roster else {**cells, **_strange(cells.get("notes", ""))}
        (self._waiting if on_roster else self._strangers).write(json.dumps([kept, groups]) + "\n")


def _heading(group: str) -> str:
    """Group ids are the instructor's choice, and may be `points` or `path`."""
    return csv_cell(f"group {group}" if group in (*COLUMNS, *LAST) else group)


def _waiting() -> IO[str]:
    return tempfile.TemporaryFile("w+", encoding="ascii")


@contextmanager
def joined(path: Path, class_: ClassResults) -> Iterator[Joined]:
    """The file, to take rows in the order of the results. Raises UsageError."""
    with replacing(path) as file, _waiting() as waiting, _waiting() as strangers:
        table = _Table(class_, waiting, strangers)
        yield Always(table.add)
        table.write(file)


def write(class_: ClassResults, path: Path) -> None:
    """The gradebook as a file. Raises UsageError."""
    parts.write_one(class_.results, path.parent, Streamed(path.name, part, lambda _: joined(path, class_)))
