"""gradebook.csv: a row per submission, for people with a spreadsheet (programs read results.jsonl)."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from grader.model import Result
from grader.reports.files import replacing
from grader.reports.reading import by_id
from grader.reports.safe import csv_cell

COLUMNS = ("submission", "student", "path", "score", "points", "raw_score", "penalty", "status", "isolation")
LAST = "notes"

ENCODING = "utf-8-sig"
"""With a byte order mark: without one Excel reads `Müller` as `MÃ¼ller`, in silence, and saves it so. Programs that
do not expect the mark fail at once, and have results.jsonl; pandas and the LMSs expect it."""

Cell = str | Fraction | float | None


def gradebook(results: Sequence[Result]) -> str:
    """The table as CSV. Without a score the cells are empty: 0 would be entered as a grade."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    rows = by_id(results)
    groups = list(dict.fromkeys(group.id for result in rows for group in result.groups))
    writer.writerow([*COLUMNS, *(_heading(group) for group in groups), LAST])
    for result in rows:
        writer.writerow([csv_cell(value) for value in _row(result, groups)])
    return text.getvalue()


def _heading(group: str) -> str:
    """Group ids are the instructor's choice, and may be `points` or `path`."""
    return csv_cell(f"group {group}" if group in (*COLUMNS, LAST) else group)


def _row(result: Result, groups: Sequence[str]) -> list[Cell]:
    info = result.submission
    is_graded = result.status == "graded"
    earned: dict[str, Fraction] = {group.id: group.earned for group in result.groups} if is_graded else {}
    causes = [f"likely cause: {diagnosis.title}" for diagnosis in result.diagnoses]
    return [
        info.id,
        info.student,
        info.path,
        result.score if is_graded else None,
        result.points,
        result.raw_score if is_graded else None,
        result.penalty if is_graded else None,
        result.status,
        result.isolation.tier,
        *(earned.get(group) for group in groups),
        " | ".join([*causes, *result.notes]),
    ]


def write(results: Sequence[Result], path: Path) -> None:
    """The gradebook as a file. Raises UsageError."""
    with replacing(path) as file:
        file.write(gradebook(results).encode(ENCODING))
