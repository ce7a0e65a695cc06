"""What becomes of a class's results: one module per kind of report, joined by the registry below.

To add a report, write a module with a function `part` that makes of one result what the report needs of it, and a
context manager `joined` that takes the parts and writes the file; add its line to `registry`. All are made in one pass
(`parts`). The reports for a terminal are not files, and are called by the commands.
"""

from __future__ import annotations

import errno
from pathlib import Path
from typing import TYPE_CHECKING

from grader.class_results import ClassResults
from grader.errors import UsageError
from grader.reports.files import saying_what_to_do, sweep

if TYPE_CHECKING:
    from grader.reports.parts import Map, Streamed


def registry(class_: ClassResults) -> tuple[Streamed, ...]:
    """The files of a class's output folder. (Imported when called: most commands write none, and a student waits.)"""
    from grader.reports import class_page, feedback_page, gradebook, jsonl, junit
    from grader.reports.parts import Streamed, in_folder

    return (
        Streamed("results.jsonl", jsonl.part, lambda out: jsonl.joined(out / "results.jsonl")),
        Streamed("junit.xml", junit.class_part, lambda out: junit.joined(out / "junit.xml")),
        Streamed("junit/<submission>.xml", junit.student_part, lambda out: in_folder(out / "junit", ".xml")),
        Streamed("feedback/<submission>.html", feedback_page.part, lambda out: in_folder(out / "feedback", ".html")),
        Streamed("gradebook.csv", gradebook.part, lambda out: gradebook.joined(out / "gradebook.csv", class_)),
        Streamed("report.html", class_page.part, lambda out: class_page.joined(out / "report.html", class_)),
    )


def must_be_writable(folder: Path) -> None:
    """Make the output folder and try it, before hours are spent on results. Raises UsageError."""
    trial = folder / "results.jsonl.trial"  # killed here, a run leaves it to the next one
    try:
        folder.mkdir(parents=True, exist_ok=True)
        trial.write_bytes(b"x")
        trial.unlink()
    except OSError as error:
        is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        advice = "free some space" if is_full else "choose another --out"
        raise UsageError(f"{folder}: results cannot be written here ({error.strerror}); {advice}") from None


def write_all(class_: ClassResults, folder: Path, map_: Map = map) -> None:
    """Write every report into the folder: all that can be. Raises UsageError that tells of all others.

    `map_`, such as the `map` of a ProcessPoolExecutor, makes the parts of batches of results.
    """
    from grader.reports import parts

    with saying_what_to_do(folder):
        folder.mkdir(parents=True, exist_ok=True)
    sweep(folder)
    if failures := parts.write(class_.results, folder, registry(class_), map_):
        told = "\n".join(map(str, failures))
        again = f"no result is lost: once that is mended, `grader report {folder}` writes the reports again"
        raise UsageError(f"{told}\n{again}")
