"""What can go wrong on the staff's side or the machine's, each with its exit code.

    GraderError
    ├── UsageError        2   a path, an option or an assignment that is not there
    │   ├── SpecError     2   a spec that cannot be used: file:line:column of every problem
    │   └── ReferenceFault 2   the reference raises, or contradicts its own spec
    ├── HarnessError      3   the machine or the harness failed; nobody's score is touched
    │   └── IsolationRefused 3 it isolates less than what was asked for, or than grading others needs
    └── OutputError       3   stdout cannot be written; reports in files are

What a *student* does wrong is never an exception here: it is an `Outcome` (model.py).
Exceptions become an exit code in one place, `cli.main`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class GraderError(Exception):
    """Base of all that the command line turns into a sentence and an exit code."""

    exit_code = 3


class UsageError(GraderError):
    """The person who typed the command can mend it: the message names the thing and says what to do."""

    exit_code = 2


class SpecError(UsageError):
    """A spec that cannot be used. `problems` holds one `file:line:column: sentence` each."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class ReferenceFault(UsageError):
    """The reference does not do what its spec says: raised, timed out, or contradicts an example."""


class HarnessError(GraderError):
    """The zygote could not start or was lost, or the machine refused what the harness needs."""

    exit_code = 3


class OutputError(GraderError):
    """Stdout takes nothing more: the disk is full onto which it was sent."""

    exit_code = 3


class IsolationRefused(HarnessError):
    """The isolation that this machine gives is not enough for what was asked; nothing was run."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean "points"?` for the end of a sentence, or nothing."""
    close = difflib.get_close_matches(word, list(known), 1, 0.6)
    return f"; did you mean `{close[0]}`?" if close else ""
