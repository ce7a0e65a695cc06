"""What was handed in, by whom, when and how: values that a layout, a roster and an instructor know.

Of all this a worker is given the files' names and bytes alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

DatedBy = Literal["", "lms", "git", "mtime"]
"""Who says when something was handed in; a file's own time is shown, and penalised only where that is asked for."""


@dataclass(frozen=True, slots=True)
class Student:
    """A student by all the names that a layout or a roster knows; an empty one is not known."""

    name: str
    """As shown to people."""
    id: str = ""
    """The LMS's own: Canvas's user id, Moodle's participant id."""
    login: str = ""
    """SIS login, GitHub or nbgrader name."""
    email: str = ""
    section: str = ""
    group: str = ""
    """Of students who hand in together."""
    due: str = ""
    """A later due date of one's own (ISO 8601, or a day)."""


@dataclass(frozen=True, slots=True)
class HandIn:
    """How a submission came."""

    student: Student = field(default_factory=lambda: Student(""))
    attempt: int = 1
    """1 is the first."""
    late: bool = False
    """The LMS marked it late; by how much it does not say."""
    dated_by: DatedBy = ""
    upload: str = ""
    """What the LMS recognises a feedback file by: the beginning of its name, or its folder's name and `/`."""


NO_CODE = "holds no .py or .ipynb file"
"""What is said of a submission, after its id, in which there is nothing to grade."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a submission; `name` is its path inside the submission, with `/`."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Submission:
    """What one student handed in. The reference is one too: it takes the same road."""

    id: str
    student: str
    path: str
    """As shown to people: relative to the graded folder."""
    files: tuple[SourceFile, ...]
    sha256: str
    problem: str = ""
    """Why there is nothing to run (too large, empty …); a sentence for the student."""
    unreadable: str = ""
    """Why the machine could not read it; the submission is then ungraded, never 0."""
    submitted_at: str | None = None
    """ISO 8601 with its zone."""
    left_out: tuple[str, ...] = ()
    """Files of it that are not graded, and why; sentences for the student."""
    handed_in: HandIn = field(default_factory=HandIn)

    @property
    def info(self) -> SubmissionInfo:
        """What reports show of it."""
        return SubmissionInfo(self.id, self.student, self.path, self.sha256, self.submitted_at, self.handed_in)


@dataclass(frozen=True, slots=True)
class SubmissionInfo:
    """The part of a submission that a report shows."""

    id: str
    student: str
    path: str
    sha256: str
    submitted_at: str | None = None
    handed_in: HandIn = field(default_factory=HandIn)


@dataclass(frozen=True, slots=True)
class Override:
    """A correction by hand, which survives regrades: points of one case (before a penalty), or the score itself."""

    points: float
    reason: str
    case: str | None = None
    """None: the score, whatever was lost by being late."""
    at: str = ""
    """When it was made (ISO 8601)."""


@dataclass(frozen=True, slots=True)
class Lateness:
    """By how much a submission is late, and what that costs."""

    seconds: float
    """After the due date; grace is not taken off."""
    penalty: float
    """Points."""
    sentence: str
    """Such as: 26 hours late, 2 days begun: 20 % of 10 points."""
