"""What a line of results.jsonl holds (`grader.result/1`): fields are added to it, and none is renamed."""

from __future__ import annotations

from typing import Any, Literal

from typing_extensions import TypedDict  # pydantic reads typing's own only from Python 3.12 on

from grader.handin import DatedBy
from grader.model import Verdict

SCHEMA: Literal["grader.result/1"] = "grader.result/1"


class SubmissionJson(TypedDict):
    """What was handed in; `submitted_at` is ISO 8601 where the layout tells it.

    `student_id` is the LMS's, `late` its mark; `dated_by`: who says when it was handed in (lms, git, mtime or nobody).
    """

    id: str
    student: str
    path: str
    sha256: str
    submitted_at: str | None
    student_id: str
    login: str
    attempt: int
    late: bool
    dated_by: DatedBy


class IsolationJson(TypedDict):
    """What student code was run in: the tier, and the layers that probes proved."""

    tier: str
    layers: list[str]


class GroupJson(TypedDict):
    """A scored part; `implied_by` names the group whose full score gave this one its points."""

    id: str
    title: str
    earned: float
    possible: float
    implied_by: str | None


class FindingJson(TypedDict):
    """What one check saw; `where` is the name of the value it looked at."""

    check: str
    passed: bool
    message: str
    where: str | None


class CaseJson(TypedDict):
    """A case; its group is what stands before the first `.` of its id."""

    id: str
    verdict: Verdict
    earned: float
    possible: float
    message: str
    seconds: float
    findings: list[FindingJson]
    visibility: Literal["public", "hidden"]


class DiagnosisJson(TypedDict):
    """A misconception that explains what was returned, and the score if it alone, or all named, were mended."""

    misconception: str
    title: str
    hint: str
    score_if_mended: float
    score_if_all_mended: float | None


class ClueJson(TypedDict):
    """Something true of what was returned: the function that the mistake is in, or what it looks like."""

    kind: Literal["stage", "property"]
    text: str


class CounterexampleJson(TypedDict):
    """Small inputs for which the submission is wrong; arrays as nested lists, numbers that are not finite as text."""

    steps: list[str]
    inputs: dict[str, Any]
    expected: dict[str, Any]
    got: dict[str, Any]
    message: str
    reproducer: str


class LatenessJson(TypedDict):
    """By how much it was late, and the points that this cost."""

    seconds: float
    penalty: float
    sentence: str


class OverrideJson(TypedDict):
    """A correction by hand: points of a case (before the penalty), or where `case` is null the score itself."""

    points: float
    reason: str
    case: str | None
    at: str


class ResultJson(TypedDict):
    """One submission. When `status` is "ungraded", the scores mean nothing: they are no 0.

    `chosen`: the cases that were asked for, and that the score is of; empty: all in scope.
    """

    schema: Literal["grader.result/1"]
    assignment: str
    spec_sha256: str
    grader: str
    seed: int
    submission: SubmissionJson
    status: Literal["graded", "ungraded"]
    raw_score: float
    penalty: float
    score: float
    points: float
    scope: Literal["all", "public"]
    chosen: list[str]
    isolation: IsolationJson
    groups: list[GroupJson]
    cases: list[CaseJson]
    diagnoses: list[DiagnosisJson]
    clues: list[ClueJson]
    counterexample: CounterexampleJson | None
    notes: list[str]
    conventions: dict[str, str]
    output: str
    seconds: float
    title: str
    lateness: LatenessJson | None
    overrides: list[OverrideJson]
