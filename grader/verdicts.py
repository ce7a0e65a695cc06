"""Outcomes → a case's verdict, and verdicts → a score. Pure: tests need no process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import assert_never

from grader import feedback, scoring
from grader.cases import Case, Reading
from grader.checks import Seen
from grader.checks.expected import RIGHT, plainly_right
from grader.conventions import Choice
from grader.exam import Exam
from grader.model import (
    RETURN_COUNT,
    Array,
    CaseResult,
    Finding,
    Missing,
    Outcome,
    Raised,
    Returned,
    Stopped,
    Value,
    Verdict,
)


def judge_case(exam: Exam, case: Case, choice: Choice, outcomes: Mapping[str, Outcome]) -> CaseResult:
    """A case's verdict from the outcomes of its runs. Pure."""
    seconds = sum(outcome.seconds for outcome in outcomes.values() if not isinstance(outcome, Missing))
    returned: dict[str, Mapping[str, Value]] = {}
    for name, outcome in outcomes.items():
        if not isinstance(outcome, Returned):
            message = feedback.outcome_message(outcome, exam.assignment)
            return case_result(case, outcome_verdict(outcome), message, seconds)
        returned[name] = outcome.values
    key, place = exam.key, (case.id, choice)
    expected = key.expected.get(place, {})
    if expected and plainly_right(returned[""], expected, key.allowed[place]):
        findings = (*RIGHT, *look(case, case.readings[choice], returned, expected, len(RIGHT)))
    else:
        findings = look(case, case.readings[choice], returned, expected)
    verdict = Verdict.PASSED if all(finding.passed for finding in findings) else Verdict.FAILED
    return case_result(case, verdict, feedback.finding_message(findings), seconds, findings)


def look(
    case: Case,
    reading: Reading,
    returned: Mapping[str, Mapping[str, Value]],
    expected: Mapping[str, Array],
    first: int = 0,
) -> tuple[Finding, ...]:
    """What the case's checks from the `first` on find, in order, up to the one that objects. Pure."""
    findings: list[Finding] = []
    for position, check in enumerate(case.checks[first:], first):
        prefix = f"{position}:"
        names = {name: name.removeprefix(prefix) for name in reading.runs if not name or name.startswith(prefix)}
        seen = Seen(
            returned={short: returned[name] for name, short in names.items()},
            runs={short: reading.runs[name] for name, short in names.items()},
            observe=case.observe,
            layout=reading.layout,
            tolerance=case.tolerance,
            expected=expected,
        )
        findings.append(check.find(seen))
        if not findings[-1].passed:
            break
    return tuple(findings)


def case_result(
    case: Case, verdict: Verdict, message: str, seconds: float, findings: Sequence[Finding] = ()
) -> CaseResult:
    """A case's result, before it has its points."""
    none = Fraction(0)
    return CaseResult(case.id, verdict, none, none, message, seconds, tuple(findings), case.visibility)


def all_cases(exam: Exam, verdict: Verdict, message: str) -> list[CaseResult]:
    """The same verdict for every case that is graded."""
    return [case_result(case, verdict, message, 0.0) for case in exam.cases_in_scope]


def outcome_verdict(outcome: Raised | Stopped | Missing) -> Verdict:
    """What an outcome comes to that holds no values."""
    match outcome:
        case Missing():
            return Verdict.MISSING
        case Stopped():
            return stopped_verdict(outcome)
        case Raised(exception="MemoryError"):
            return Verdict.MEMORY
        case Raised(exception=exception) if exception == RETURN_COUNT:
            return Verdict.FAILED
        case Raised():
            return Verdict.RAISED
        case _:
            assert_never(outcome)


def stopped_verdict(outcome: Stopped) -> Verdict:
    """How a worker ended, as a verdict."""
    return Verdict(outcome.reason)


def score_of(exam: Exam, cases: Sequence[CaseResult]) -> scoring.Score:
    """Points for cases whose verdicts are known."""
    return scoring.score(exam.assignment, cases, Counter(case.group for case in exam.cases))
