"""`grader check`: one submission, graded for whoever wrote it, once or after every save."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from grader import batch, canary, inference, slot
from grader.assignments import Gradable, load_all, load_gradable
from grader.console import console, say, unbounded, warn
from grader.errors import GraderError, UsageError
from grader.exam import prepare
from grader.intake import MOST_FILES, Entry, holds_too_many, mentioning, plain_name, read_submission
from grader.model import Result, Submission
from grader.runner import LocalRunner
from grader.watch import saves

BANNER = "isolation is `process`: the file ran with your rights, as if you had started it yourself"


def check(
    path: Path,
    assignment: str | None,
    seed: int | None,
    specs: Path | None,
    require: str | None,
    cases: Sequence[str],
    runner: LocalRunner,
) -> Result:
    """Grade the public cases of one submission, or those that are named. Raises GraderError."""
    must_be_there(path)
    if require is not None:
        canary.must_suffice(runner.isolation(), require, unsafe=False)
        canary.must_hold(runner)
    known = {assignment: load_gradable(assignment, specs)} if assignment else load_all(specs, warn)
    among = None
    if holds_too_many(path):  # a repository: most of it is not handed in
        among = mentioning(path, [name for spec in known.values() for name in inference.names_of(spec)])
        if not 0 < len(among) <= MOST_FILES:
            must_be_one(path)
    submission = submission_at(path, among)
    spec = known[assignment] if assignment else inference.of_submission(submission, known, runner)
    return self_check(submission, spec, seed, runner, cases)


def must_be_there(path: Path) -> None:
    """Raises UsageError."""
    if not path.exists() and not path.is_symlink():
        raise UsageError(f"{path}: there is no such file or folder")


def must_be_one(path: Path) -> None:
    """Raises UsageError where a path is not what one student hands in."""
    must_be_there(path)
    if holds_too_many(path):
        raise UsageError(
            f"{path}: this folder holds more than {MOST_FILES} code files, too many for one submission; "
            "name the file, or the folder that has only what is handed in"
        )


def submission_at(path: Path, among: frozenset[str] | None = None) -> Submission:
    """The file or folder that was named, read; of a folder the files `among` it, if they are given."""
    name = plain_name(path.name or path.resolve().name)
    return read_submission(Entry(name, path.stem or name, path.resolve()), among)


def self_check(
    submission: Submission, spec: Gradable, seed: int | None, runner: LocalRunner, cases: Sequence[str] = ()
) -> Result:
    """Grade the public cases of one submission by one spec, or some of them. Raises GraderError."""
    exam = prepare(spec, seed, "public", runner).choose(cases)
    graded = slot.grade_one(submission, exam, runner, searching=True)
    if graded.starved and batch.is_busy():  # code that sleeps is as slow the second time
        warn("time ran out while this machine was busy: the file is graded once more")
        graded = slot.grade_one(submission, exam, runner, searching=True)
    return graded.result


def show_check(result: Result, path: Path, format_: str, junit: Path | None, color: str) -> None:
    """Print a result, and write it as JUnit where asked to. Raises UsageError."""
    from grader.reports import formats
    from grader.reports import junit as junit_report

    if junit is not None:
        junit_report.write([result], junit, combined=False)
    formats.FORMATS[format_](formats.Checked(result, path, junit, lambda stderr: console(color, stderr)))
    if result.isolation.tier == "process" and format_ in ("text", "github", "gitlab"):
        say(BANNER + unbounded(result.isolation), color)


def watch(path: Path, check_once: Callable[[], object], color: str) -> NoReturn:
    """Check at once and after each save, until Ctrl-C. Raises UsageError where there is nothing to watch."""
    must_be_one(path)
    for number, _ in enumerate(saves(path)):
        if number:
            say(f"--- saved at {time.strftime('%H:%M:%S')} ---", color)
        try:
            check_once()
        except GraderError as error:  # a file that is half written is no reason to stop
            warn(str(error))
        say(f"watching {path.name or path}: save it to check again, Ctrl-C to end", color)
    raise AssertionError("saves() does not end")
