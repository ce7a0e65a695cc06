"""The commands for a whole class: grade, report, rescore, override, merge. `cli` joins them to the others."""

from __future__ import annotations

import enum
from datetime import datetime
from pathlib import Path
from typing import Annotated, Optional

import typer

from grader import needs, options
from grader.errors import UsageError

app = typer.Typer(rich_markup_mode=None)

EXIT_UNGRADED, EXIT_INTERRUPTED = needs.FAULT, needs.INTERRUPTED

ResultsArgument = Annotated[Path, typer.Argument(help="A folder that `grade` wrote: the one with results.db.")]
OptionalPath = Optional[Path]  # noqa: UP045  # typer reads it at run time
OptionalText = Optional[str]  # noqa: UP045  # the same


class Attempts(enum.StrEnum):
    """Which of a student's submissions count."""

    LATEST = "latest"
    BEST = "best"
    ALL = "all"


class SubmittedAt(enum.StrEnum):
    """Whose word on the time of a submission counts."""

    LMS = "lms"
    MTIME = "mtime"


class Missing(enum.StrEnum):
    """What is entered for who handed in nothing."""

    LEAVE = "leave"
    ZERO = "zero"


@app.command()
def grade(
    folder: Annotated[
        Path, typer.Argument(help="A folder or a zip of submissions, as downloaded from Canvas, Moodle and others.")
    ],
    assignment: options.AssignmentOption = None,
    out: Annotated[
        OptionalPath, typer.Option("--out", "-o", help="Folder for results and reports; default: reports/<assignment>.")
    ] = None,
    jobs: Annotated[
        Optional[int],  # noqa: UP045  # typer reads it at run time
        typer.Option("--jobs", "-j", min=1, max=256, help="Submissions at a time; default: one per core."),
    ] = None,
    seed: options.SeedOption = None,
    specs: options.SpecsOption = None,
    layout: Annotated[
        OptionalText, typer.Option("--layout", help="How the folder is laid out; left out: seen by itself.")
    ] = None,
    pattern: Annotated[
        OptionalText,
        typer.Option("--pattern", help="Your own layout: a regular expression with (?P<student>…), of files' names."),
    ] = None,
    roster: Annotated[
        OptionalPath, typer.Option("--roster", help="A CSV of all students (id, name, login, group, due …).")
    ] = None,
    attempts: Annotated[
        Optional[Attempts],  # noqa: UP045  # typer reads it at run time
        typer.Option("--attempts", help="Which of a student's submissions count; left out: as before, first latest."),
    ] = None,
    only: Annotated[
        Optional[list[str]],  # noqa: UP045  # typer reads it at run time
        typer.Option(
            "--only", help="Grade this submission, student or group again; no other score changes (may be given again)."
        ),
    ] = None,
    submitted_at: Annotated[
        Optional[SubmittedAt],  # noqa: UP045  # typer reads it at run time
        typer.Option(
            "--submitted-at", help="mtime: files' own times count, too; left out: as before, at first only the LMS's."
        ),
    ] = None,
    shard: Annotated[
        OptionalText, typer.Option("--shard", help="Only part i of n, as in 2/4; `merge` joins the parts.")
    ] = None,
    engine: Annotated[
        OptionalText, typer.Option("--engine", help="What runs the judging: processes, threads or serial.")
    ] = None,
    require: options.RequireOption = None,
    unsafe: Annotated[
        bool, typer.Option("--unsafe", help="Grade even where submissions would run with your rights.")
    ] = False,
    examples: Annotated[
        bool, typer.Option("--examples", help="Find a small example for the feedback of each wrong one; slower.")
    ] = False,
    color: options.ColorOption = options.Color.AUTO,
) -> None:
    """Grade a folder or zip of submissions and write all reports; what is graded already is kept.

    Exit codes: 0 all graded, 2 usage or spec error, 3 some not graded, 130 interrupted.
    """
    from grader import engines, grading
    from grader.runner import LocalRunner

    if engine is not None and engine not in engines.ENGINES:
        raise UsageError(f"--engine {engine}: there is no such engine (there are: {', '.join(engines.ENGINES)})")
    order = grading.Order(
        folder=folder,
        assignment=assignment,
        out=out,
        specs=specs,
        seed=seed,
        jobs=jobs,
        engine=engine or engines.default(),
        require=require,
        unsafe=unsafe,
        examples=examples,
        layout=layout,
        pattern=pattern,
        roster=roster,
        attempts=attempts.value if attempts is not None else None,
        only=tuple(only or ()),
        shard=_shard(shard),
        counts_mtime=submitted_at is SubmittedAt.MTIME if submitted_at is not None else None,
        color=color.value,
    )
    with LocalRunner() as runner:
        graded = grading.grade(order, runner)
    if graded.interrupted:
        raise typer.Exit(EXIT_INTERRUPTED)
    raise typer.Exit(EXIT_UNGRADED if graded.ungraded else 0)


@app.command()
def report(
    folder: ResultsArgument,
    gradebook: Annotated[
        OptionalPath, typer.Option("--gradebook", help="Your gradebook as exported from Canvas or Moodle, to fill in.")
    ] = None,
    column: Annotated[
        OptionalText, typer.Option("--column", help="With --gradebook: the assignment's column, by title or number.")
    ] = None,
    missing: Annotated[
        Missing, typer.Option("--missing", help="With --gradebook: who handed in nothing gets nothing, or a 0.")
    ] = Missing.LEAVE,
    feedback_zip: Annotated[
        OptionalPath, typer.Option("--feedback-zip", help="Also write a zip of all feedback, for the LMS to upload.")
    ] = None,
    mistake: Annotated[
        OptionalText, typer.Option("--mistake", help="Print who made this mistake, and a note to all of them.")
    ] = None,
    color: options.ColorOption = options.Color.AUTO,
) -> None:
    """Write the reports of graded results again, fill in a gradebook, pack feedback for the LMS.

    Exit codes: 0 written, 2 usage error or unreadable results.
    """
    from grader import class_files

    class_files.report(folder, gradebook, column, missing.value, feedback_zip, mistake, color.value)


@app.command()
def rescore(
    folder: ResultsArgument,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write the new scores without asking.")] = False,
    specs: options.SpecsOption = None,
    color: options.ColorOption = options.Color.AUTO,
) -> None:
    """Apply the spec's points, tolerance and dates as they are now to recorded results; no student code is run.

    What changes is shown first. Exit codes: 0 done or nothing to do, 2 usage error, or code would have to be run.
    """
    import sys

    from grader import rescoring
    from grader.console import say
    from grader.runner import LocalRunner

    def agree(found: rescoring.Rescored) -> bool:
        rescoring.tell(found, color.value)
        return yes or (
            sys.stdin.isatty() and typer.confirm("write these scores?" if found.changes else "write this?", err=True)
        )

    with LocalRunner() as runner:
        found = rescoring.rescore(folder, specs, color.value, runner, agree)
    if found.refused:
        raise UsageError(rescoring.lines(found)[0])
    if not found.written and (found.changes or found.late or found.respecced):
        say("nothing was written; --yes writes", color.value)


@app.command()
def override(
    folder: ResultsArgument,
    student: Annotated[str, typer.Argument(help="The student or submission: id, name, login or the LMS's number.")],
    points: Annotated[
        Optional[float],  # noqa: UP045  # typer reads it at run time
        typer.Option("--points", help="The points: of the case, or the score itself."),
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why; it stands in every report.")] = "",
    case: Annotated[OptionalText, typer.Option("--case", help="Correct this case only, such as rectangular.2.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Take the correction back.")] = False,
    color: options.ColorOption = options.Color.AUTO,
) -> None:
    """Correct a score by hand, for good: it survives regrades, and every report shows it with its reason.

    Exit codes: 0 done, 2 usage error or unreadable results.
    """
    from grader import overriding
    from grader.console import say

    if remove == (points is not None):
        raise UsageError("say either --points P --reason TEXT, or --remove")
    done = overriding.override(folder, student, case, points, reason, datetime.now().astimezone())
    say(overriding.in_words(done), color.value)


@app.command()
def merge(
    folders: Annotated[list[Path], typer.Argument(help="Folders that `grade --shard` wrote.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the joined results and their reports.")],
    color: options.ColorOption = options.Color.AUTO,
) -> None:
    """Join the results of a class's parts, graded on several machines, and write the reports.

    Exit codes: 0 joined, 2 usage error or unreadable results.
    """
    from grader import merging
    from grader.console import warn

    for note in merging.merge(folders, out, color.value).notes:
        warn(note)


def _shard(text: str | None) -> tuple[int, int] | None:
    """`2/4` → (2, 4). Raises UsageError."""
    if text is None:
        return None
    part, _, count = text.partition("/")
    if part.isdecimal() and count.isdecimal() and 1 <= int(part) <= int(count) <= 100_000:
        return int(part), int(count)
    raise UsageError(f"--shard {text}: say which part of how many, such as 2/4")
