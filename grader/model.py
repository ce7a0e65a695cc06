"""The values that travel through the harness: frozen, plain, and without behaviour of their own.

Submission → (worker) → Outcome → (checks) → Finding → Verdict → CaseResult → Result.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from grader.handin import Lateness, Override
from grader.handin import SourceFile as SourceFile
from grader.handin import Submission as Submission
from grader.handin import SubmissionInfo as SubmissionInfo
from grader.insight import Array as Array  # one of the dtypes that may cross the wire (wire.DTYPES)
from grader.insight import Clue as Clue  # these are values that travel, like those below
from grader.insight import Counterexample as Counterexample
from grader.insight import Diagnosis as Diagnosis
from grader.insight import Hints, Location, Picture
from grader.isolation import Isolation as Isolation


class Verdict(enum.StrEnum):
    """What the judge makes of a case. The words are part of the interface: results.jsonl, JUnit."""

    PASSED = "passed"
    FAILED = "failed"
    RAISED = "raised"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASHED = "crashed"
    OUTPUT = "output"
    PROTOCOL = "protocol"
    MISSING = "missing"
    LOAD_ERROR = "load_error"
    SKIPPED = "skipped"
    UNGRADED = "ungraded"


# --- what a case runs ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Name:
    """A step's argument that is the name of an input or of an earlier step's target."""

    id: str


@dataclass(frozen=True, slots=True)
class Step:
    """One call of a named function: `Q, K, V = compute_qkv(X, W_q, W_k, W_v)`."""

    function: str
    arguments: tuple[Name | int | float | bool | str | None, ...]
    targets: tuple[str, ...]
    text: str

    @property
    def reads(self) -> tuple[str, ...]:
        """Names of the arguments, in order."""
        return tuple(a.id for a in self.arguments if isinstance(a, Name))


Inputs = Mapping[str, Array | int | float | bool]


@dataclass(frozen=True, eq=False)
class Run:
    """One execution of steps on inputs in the worker; a case is one run, a property needs more.

    Compared by identity, so that what is made from it (its request) can be kept.
    """

    steps: tuple[Step, ...]
    inputs: Inputs
    observe: tuple[str, ...]


# --- what happened in the worker -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Value:
    """What a worker returned under one name, rebuilt from bytes: always a plain array, or none.

    `kind`: "array", "scalar" (numpy or Python number), "list", "tuple", "none", "other".
    """

    kind: str
    type_name: str
    array: Array | None


@dataclass(frozen=True, slots=True)
class Frame:
    """A line of student code in a traceback."""

    file: str
    line: int
    function: str


@dataclass(frozen=True, slots=True)
class Returned:
    """All steps ran; the values that were observed."""

    values: Mapping[str, Value]
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Raised:
    """A step raised; `frames` are the student's own lines, outermost first."""

    step: str
    exception: str
    message: str
    frames: tuple[Frame, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Stopped:
    """The worker was ended, or ended itself, before it answered."""

    reason: Literal["timeout", "memory", "crashed", "output", "protocol"]
    detail: str
    seconds: float = 0.0
    cpu_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Missing:
    """The submission does not define a function that the steps call."""

    function: str


RETURN_COUNT = "ReturnCount"
"""The `exception` of a Raised that stands for a wrong number of returned values."""

Outcome = Returned | Raised | Stopped | Missing


@dataclass(frozen=True, slots=True)
class FoundFunction:
    """A function of the assignment as the submission defines it."""

    name: str
    """The name under which it was found: the spec's or one of its aliases."""
    parameters: tuple[str, ...]
    required: int
    maximum: int | None
    """None: it takes `*args`."""
    where: str


@dataclass(frozen=True, slots=True)
class Note:
    """Something that happened while the submission was loaded; feedback.py words it.

    `kind` is one of feedback.NOTES; `fields` are short strings.
    """

    kind: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One reading of a submission: which file is the main one, and how many of its cells count."""

    main: str
    cells: int | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """A submission after its code ran in the worker. All of it is the worker's word, for feedback only."""

    functions: Mapping[str, FoundFunction]
    others: tuple[str, ...]
    """Signatures of the other functions that it defines."""
    notes: tuple[Note, ...]
    candidates: tuple[Candidate, ...]
    main: str
    forbidden: tuple[str, ...] = ()
    fatal: Note | None = None
    """Why no code of it could run at all (a syntax error …)."""


# --- what the judge makes of it --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check saw."""

    check: str
    passed: bool
    message: str = ""
    where: str | None = None


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case's verdict and points (exact; rounded only when shown)."""

    id: str
    verdict: Verdict
    earned: Fraction
    possible: Fraction
    message: str = ""
    seconds: float = 0.0
    findings: tuple[Finding, ...] = ()
    visibility: Literal["public", "hidden"] = "public"


@dataclass(frozen=True, slots=True)
class GroupResult:
    """A scored part of the assignment. `implied_by`: the group whose full score gave this one its points."""

    id: str
    title: str
    earned: Fraction
    possible: Fraction
    implied_by: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """One graded submission: a line of results.jsonl (`reports.jsonl` writes it, field names are kept)."""

    assignment: str
    title: str
    spec_sha256: str
    grader: str
    seed: int
    submission: SubmissionInfo
    status: Literal["graded", "ungraded"]
    raw_score: float
    penalty: float
    score: float
    points: float
    scope: Literal["all", "public"]
    isolation: Isolation
    chosen: tuple[str, ...] = ()
    """Ids of the cases that were asked for: the score is theirs. Empty: all in scope."""
    hidden_points: float = 0.0
    """Worth of the hidden cases, which a self-check does not run."""
    groups: tuple[GroupResult, ...] = ()
    cases: tuple[CaseResult, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    clues: tuple[Clue, ...] = ()
    counterexample: Counterexample | None = None
    pictures: tuple[Picture, ...] = ()
    hints: Hints = "name"
    """How much of diagnoses, clues and counterexample its student may see."""
    notes: tuple[str, ...] = ()
    conventions: Mapping[str, str] = field(default_factory=dict)
    """For each either/or of the spec, the choice that this submission follows."""
    output: str = ""
    """The first of what it printed."""
    graded_file: str = ""
    """Of several files that define the functions, the one that was graded."""
    locations: Mapping[str, Location] = field(default_factory=dict)
    """Id of a case that is wrong → where to look; under "" where to begin."""
    seconds: float = 0.0
    lateness: Lateness | None = None
    """None: in time, or nobody knows when it was handed in, or no due date is set."""
    overrides: tuple[Override, ...] = ()
    """Corrections by hand that are in these points."""
