"""The command line: what people type, and the one place where an error becomes a sentence and an exit code.

Imports are lazy: the zygote starts first, and the rest is imported while it preloads numpy.
"""

from __future__ import annotations

import errno
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, Optional

import typer

from grader import __version__, needs, options
from grader.cli_class import EXIT_INTERRUPTED, EXIT_UNGRADED
from grader.cli_class import app as class_app
from grader.console import fill_descriptors, first_words, lasting_stderr, warn
from grader.errors import GraderError, OutputError, UsageError

if TYPE_CHECKING:
    from grader.model import Result

app = typer.Typer(
    name="grader",
    help="Grades numpy attention assignments: YAML specs, isolated workers, 10-point scores as JUnit.",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

EXIT_LOST = EXIT_SHORT = 1
EXIT_USAGE = 2
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What stdout objects when there is no room. Of files the reports tell it, with their names, as a UsageError."""


@app.callback(invoke_without_command=True)
def _version(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        print(f"grader {__version__}")
        raise typer.Exit(0)


@app.command()
def check(
    path: Annotated[
        Path, typer.Argument(help="A file, or a folder in which the file is found by its functions.")
    ] = Path(),
    assignment: options.AssignmentOption = None,
    format_: Annotated[options.CheckFormat, typer.Option("--format", help="What to print.")] = options.CheckFormat.TEXT,
    junit: Annotated[Path | None, typer.Option("--junit", help="Also write JUnit XML to this file.")] = None,
    fail_under: Annotated[
        Optional[float],  # noqa: UP045  # typer reads it at run time
        typer.Option("--fail-under", min=0, help="Exit with 0 from this score on; default: all points."),
    ] = None,
    seed: options.SeedOption = None,
    specs: options.SpecsOption = None,
    require: options.RequireOption = None,
    case: Annotated[
        Optional[list[str]],  # noqa: UP045  # typer reads it at run time
        typer.Option("--case", help="Only this case or group, such as rectangular.2 (may be given again)."),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Check again each time the file is saved; Ctrl-C ends it.")
    ] = False,
    color: options.ColorOption = options.Color.AUTO,
) -> None:
    """Grade one file or folder and show what to do.

    Exit codes: 0 all points, 1 points lost, 2 usage or spec error, 3 not graded.
    """
    from grader.runner import LocalRunner

    try:
        with LocalRunner() as runner:
            runner.start()  # it preloads numpy while the rest is imported here
            first_words(path)
            from grader import checking

            def once() -> Result:
                result = checking.check(path, assignment, seed, specs, require, case or [], runner)
                checking.show_check(result, path, format_.value, junit, color.value)
                return result

            if watch:
                checking.watch(path, once, color.value)
            result = once()
    except GraderError as error:
        if format_ is options.CheckFormat.GITLAB:
            sys.stdout.write("[]\n")  # a file of nothing is no JSON, and GitLab objects to that
        if format_ is not options.CheckFormat.GITHUB:
            raise
        from grader.reports import github

        github.show_problem(str(error), sys.stdout)  # people look at annotations and summaries, hardly at logs
        raise typer.Exit(error.exit_code) from None
    if result.status == "ungraded":
        raise typer.Exit(EXIT_UNGRADED)
    enough = result.points if fail_under is None else fail_under
    if enough > result.points:
        hidden = " in public cases" if result.hidden_points else ""
        there = f"there are {result.points:g} points{hidden}"
        raise UsageError(f"--fail-under {enough:g}: nobody can get there, for {there}")
    raise typer.Exit(0 if result.score >= enough else EXIT_LOST)


app.registered_commands += class_app.registered_commands  # here, so that `--help` lists them after `check`


@app.command()
def doctor(require: options.RequireOption = None, color: options.ColorOption = options.Color.AUTO) -> None:
    """Show how student code is isolated on this machine, proved by probes, and what to do about what is missing.

    Exit codes: 0 good (at least restricted, or what is required), 1 falls short, 3 could not be tried.
    """
    from grader import commands

    raise typer.Exit(0 if commands.doctor(require, color.value) else EXIT_SHORT)


@app.command()
def verify(
    assignments: Annotated[
        Optional[list[str]],  # noqa: UP045  # typer reads it at run time
        typer.Argument(help="Ids of assignments; default: all."),
    ] = None,
    statement: Annotated[
        Optional[Path],  # noqa: UP045  # typer reads it at run time
        typer.Option("--statement", help="Compare the examples of this statement with the reference first."),
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print a line of JSON per assignment.")] = False,
    seed: options.SeedOption = None,
    specs: options.SpecsOption = None,
    color: options.ColorOption = options.Color.AUTO,
) -> None:
    """Show whether a spec is a good measure: known mistakes lose points, and are told from one another.

    Exit codes: 0 good, 1 falls short, 2 usage or spec error, 3 could not be run.
    """
    from grader import commands

    if statement is not None:
        from grader import authoring

        if not authoring.crosscheck(assignments or [], statement, specs, json_):
            raise typer.Exit(EXIT_SHORT)
    raise typer.Exit(0 if commands.verify(assignments or [], seed, specs, json_, color.value) else EXIT_SHORT)


@app.command()
def new(
    assignment: Annotated[str, typer.Argument(help="Id of the assignment to make.")],
    from_: Annotated[
        Optional[Path],  # noqa: UP045  # typer reads it at run time
        typer.Option("--from", help="Its statement, in Markdown: functions and examples are taken from it."),
    ] = None,
    specs: Annotated[
        Optional[Path],  # noqa: UP045  # typer reads it at run time
        typer.Option("--specs", help="Folder for the spec, with reference/ beside it; default: test_specs."),
    ] = None,
) -> None:
    """Write a spec and a reference to go on from. Files that are there are never overwritten."""
    from grader import authoring

    authoring.new(assignment, from_, specs)


@app.command()
def kit(
    assignment: Annotated[str, typer.Argument(help="Id of the assignment.", autocompletion=options.assignment_names)],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the kit, to be handed out.")],
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there already.")] = False,
    seed: options.SeedOption = None,
    specs: options.SpecsOption = None,
) -> None:
    """Write what students get of a closed assignment: its public cases and their values, no reference, nothing hidden.

    Exit codes: 0 written, 2 usage or spec error, 3 the reference could not be run.
    """
    from grader import kit_making

    for path in kit_making.kit(assignment, out, seed, specs, force):
        print(path)


@app.command(name="list")
def list_(specs: options.SpecsOption = None, color: options.ColorOption = options.Color.AUTO) -> None:
    """List the assignments."""
    from grader import commands

    commands.list_assignments(specs, color.value)


@app.command()
def show(
    assignment: Annotated[str, typer.Argument(help="Id of the assignment.", autocompletion=options.assignment_names)],
    specs: options.SpecsOption = None,
    color: options.ColorOption = options.Color.AUTO,
) -> None:
    """Show what an assignment asks for: functions, groups, points, limits."""
    from grader import commands

    commands.show_assignment(assignment, specs, color.value)


@app.command()
def schema() -> None:
    """Print the JSON schema of a spec (for editors)."""
    from grader.spec_schema import schema_text

    sys.stdout.write(schema_text())


def main() -> NoReturn:
    """Run the command line and exit. Every GraderError becomes a sentence on stderr and its exit code."""
    fill_descriptors()
    lasting_stderr()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal in another encoding must not end a report
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run()
    except GraderError as error:
        _complain(str(error))
        code = error.exit_code
    except KeyboardInterrupt:
        _complain("interrupted")
        code = EXIT_INTERRUPTED
    except BrokenPipeError:  # `grader … | head`
        sys.stdout, code = None, EXIT_USAGE  # nothing is left to flush to
    except Exception as error:  # a bug of ours: a sentence and a code all the same
        _complain(needs.explain(error))
        if os.environ.get("GRADER_DEBUG"):
            raise
        code = EXIT_UNGRADED
    if code == EXIT_INTERRUPTED and threading.active_count() > 1:  # an exit would wait for what they are grading
        os._exit(code)
    sys.exit(code)


def _run() -> int:
    """The exit code, once what was printed has left: only then a full disk shows. Raises OutputError."""
    try:
        try:
            if "" in sys.argv[1:]:  # it would mean the current folder, which nobody asked for
                raise UsageError("an argument is empty: is a variable not set?")
            code = app(standalone_mode=True)
        except SystemExit as end:
            code = end.code
        if sys.stdout is not None:  # it is when it was closed
            sys.stdout.flush()
    except OSError as error:
        if error.errno not in FULL:
            raise
        sys.stdout = None  # what is left in it cannot be written either
        raise OutputError(f"stdout cannot be written: {error.strerror}") from error
    return int(code or 0)


def _complain(sentences: str) -> None:
    """On stderr; file names and messages in it may be a student's, and are made visible."""
    try:
        from grader.reports.safe import visible
    except Exception:  # noqa: BLE001  # without numpy nothing of ours can be imported, and that is to be told
        visible = needs.plain
    for line in sentences.splitlines():
        warn(visible(line))
