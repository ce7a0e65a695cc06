"""What becomes of a class's results: one writer per kind of report, joined by the registry below.

To add a report, write a module with a function `(class_, folder) -> None` that raises UsageError where it cannot
write, and add its line to REPORTS. The reports for a terminal are not files, and are called by the commands.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grader.class_results import ClassResults
from grader.reports.files import replacing, saying_what_to_do


@dataclass(frozen=True, slots=True)
class Report:
    """A kind of report on a class: the files it writes into the output folder, and how."""

    files: str
    write: Callable[[ClassResults, Path], None]


# Each imports its module when it is called: most commands write no report, and a student waits for `check`.


def _jsonl(class_: ClassResults, folder: Path) -> None:
    from grader.reports import jsonl

    jsonl.write(list(class_.results), folder / "results.jsonl")


def _junit(class_: ClassResults, folder: Path) -> None:
    from grader.reports import junit

    junit.write(list(class_.results), folder / "junit.xml")


def _junit_each(class_: ClassResults, folder: Path) -> None:
    from grader.reports import junit

    junit.write_each(list(class_.results), folder / "junit")


def _gradebook(class_: ClassResults, folder: Path) -> None:
    from grader.reports import gradebook

    gradebook.write(list(class_.results), folder / "gradebook.csv")


def _feedback(class_: ClassResults, folder: Path) -> None:
    from grader.reports import feedback_page

    feedback_page.write_each(list(class_.results), folder / "feedback")


REPORTS: tuple[Report, ...] = (
    Report("results.jsonl", _jsonl),
    Report("junit.xml", _junit),
    Report("junit/<submission>.xml", _junit_each),
    Report("gradebook.csv", _gradebook),
    Report("feedback/<submission>.html", _feedback),
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


def write_all(class_: ClassResults, folder: Path) -> None:
    """Write every report into the folder. Raises UsageError."""
    with saying_what_to_do(folder):
        folder.mkdir(parents=True, exist_ok=True)
    for report in REPORTS:
        report.write(class_, folder)
