"""What `check` prints, by the name of the format. To add one, write a function of a Checked and its line below."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.model import Result

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True)
class Checked:
    """A result of `check`, and how to show it."""

    result: Result
    path: Path
    """What was named on the command line."""
    junit: Path | None
    """The file that the result was also written to."""
    console: Callable[[bool], Console]
    """For stdout, or for stderr where it is called with True."""


# Each imports its module when it is called: a student waits for `check`.


def _text(checked: Checked, stderr: bool = False) -> None:
    from grader.reports import terminal

    terminal.show(checked.result, checked.console(stderr), hidden_points=checked.result.hidden_points)


def _json(checked: Checked) -> None:
    from grader.reports import jsonl
    from grader.reports.reading import for_student

    sys.stdout.write(jsonl.to_json(for_student(checked.result)) + "\n")


def _junit(checked: Checked) -> None:
    from grader.reports import junit

    sys.stdout.buffer.write(junit.suite_xml([checked.result], combined=False))


def _github(checked: Checked) -> None:
    from grader.reports import github

    github.show(checked.result, checked.path, checked.junit, lambda: _text(checked), sys.stdout)


def _gitlab(checked: Checked) -> None:
    from grader.reports import gitlab

    sys.stdout.write(gitlab.to_json(checked.result, checked.path))
    _text(checked, stderr=True)  # the job's log is where people look


def _markdown(checked: Checked) -> None:
    from grader.reports import markdown

    sys.stdout.write(markdown.document(checked.result))


FORMATS: Mapping[str, Callable[[Checked], None]] = {
    "text": _text,
    "json": _json,
    "junit": _junit,
    "github": _github,
    "gitlab": _gitlab,
    "markdown": _markdown,
}
