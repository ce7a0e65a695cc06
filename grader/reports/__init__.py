"""What becomes of a class's results: one writer per kind of report, joined by the registries below.

To add a report on the class, write a module with a function `(class_, folder) -> None` that raises UsageError where it
cannot write, and add its line to REPORTS. One that is made of a part for each submission belongs into STREAMED: all of
those are made in one pass. The reports for a terminal are not files, and are called by the commands.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.class_results import ClassResults
from grader.errors import UsageError
from grader.reports.files import replacing, saying_what_to_do

if TYPE_CHECKING:
    from grader.reports.parts import Map, Streamed


@dataclass(frozen=True, slots=True)
class Report:
    """A kind of report on a class: the files it writes into the output folder, and how."""

    files: str
    write: Callable[[ClassResults, Path], None]


# Each imports its module when it is called: most commands write no report, and a student waits for `check`.


REPORTS: tuple[Report, ...] = ()


def streamed(class_: ClassResults) -> tuple[Streamed, ...]:
    """The reports that are made of a part for each submission."""
    from grader.reports import class_page, feedback_page, gradebook, jsonl, junit, parts

    return (
        parts.Streamed("results.jsonl", jsonl.part, lambda folder: jsonl.joined(folder / "results.jsonl")),
        parts.Streamed("junit.xml", junit.class_part, lambda folder: junit.joined(folder / "junit.xml")),
        parts.Streamed("junit/<submission>.xml", junit.student_part, lambda f: parts.in_folder(f / "junit", ".xml")),
        parts.Streamed(
            "feedback/<submission>.html", feedback_page.part, lambda f: parts.in_folder(f / "feedback", ".html")
        ),
        parts.Streamed("gradebook.csv", gradebook.part, lambda f: gradebook.joined(f / "gradebook.csv", class_)),
        parts.Streamed("report.html", class_page.part, lambda f: class_page.joined(f / "report.html", class_)),
    )


def must_be_writable(folder: Path) -> None:
    """Make the output folder and try it, before hours are spent on results. Raises UsageError."""
    with saying_what_to_do(folder):
        folder.mkdir(parents=True, exist_ok=True)
    trial = folder / "results.jsonl.trial"
    with replacing(trial) as file:
        file.write(b"")
    with saying_what_to_do(trial):
        trial.unlink()


def write_all(class_: ClassResults, folder: Path, map_: Map = map) -> None:
    """Write every report into the folder: all that can be. Raises UsageError that tells of all others.

    `map_`, such as the `map` of a ProcessPoolExecutor, makes the parts of batches of results.
    """
    from grader.reports import parts

    with saying_what_to_do(folder):
        folder.mkdir(parents=True, exist_ok=True)
    failures = parts.write(class_.results, folder, streamed(class_), map_)
    for report in REPORTS:
        try:
            report.write(class_, folder)
        except UsageError as error:
            failures.append(error)
    if failures:
        told = "\n".join(map(str, failures))
        again = f"no result is lost: once that is mended, `grader report {folder}` writes the reports again"
        raise UsageError(f"{told}\n{again}")
