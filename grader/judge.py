"""Grades one submission: run every case, look at what came back, score it, take the fairest reading.

Nothing here executes or parses a submission; it asks a runner and compares. A fault of the machine or the
harness is never a score: it is raised by the runner and becomes an ungraded result in `batch.py`.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import assert_never

from grader import __version__, feedback, scoring
from grader.cases import Case, Reading
from grader.checks import Seen
from grader.checks.expected import RIGHT, plainly_right
from grader.conventions import Choice, combinations
from grader.exam import Exam
from grader.model import (
    RETURN_COUNT,
    Array,
    Candidate,
    CaseResult,
    Finding,
    Loaded,
    Missing,
    Outcome,
    Raised,
    Result,
    Returned,
    Stopped,
    Submission,
    SubmissionInfo,
    Value,
    Verdict,
)
from grader.runner import Runner, Session

MAX_STOPS = 3
"""Workers that a submission may lose to cases before other readings of its conventions are no longer tried."""


@dataclass(frozen=True)
class Graded:
    """A result, and whether a time-out with little CPU used makes it worth a second look."""

    result: Result
    starved: bool = False


@dataclass
class Attempt:
    """One reading of a submission, being graded."""

    exam: Exam
    session: Session
    candidate: Candidate | None
    score: scoring.Score
    output: str
    choices: Choice = ()
    known: dict[tuple[str, Choice], CaseResult] = field(default_factory=dict)


def grade(submission: Submission, exam: Exam, runner: Runner) -> Graded:
    """One submission's result. Raises HarnessError when the machine or the harness fails."""
    began = time.monotonic()
    if submission.unreadable:
        return Graded(ungraded(submission, exam, submission.unreadable))
    if submission.problem:
        score = _score(exam, _all_cases(exam, Verdict.LOAD_ERROR, submission.problem))
        return Graded(_result(submission, exam, score, (), [submission.problem], "", began))
    best = _attempt(submission, exam, runner, None)
    candidates: Sequence[Candidate] = ()
    if isinstance(best.session.loaded, Loaded):
        candidates = best.session.loaded.candidates
    for candidate in candidates[1:]:
        if best.score.earned == best.score.possible or time.monotonic() - began > exam.limits.submission:
            break  # other readings are a kindness: they may not hold up the class
        other = _attempt(submission, exam, runner, candidate)
        best = other if other.score.earned > best.score.earned else best
    notes = [*submission.left_out[:5], *_notes(exam, best, candidates)]
    result = _result(submission, exam, best.score, best.choices, notes, best.output, began)
    if len({candidate.main for candidate in candidates}) > 1:
        result = replace(result, graded_file=best.candidate.main if best.candidate else candidates[0].main)
    starved = any(map(_is_starved, best.session.stops))
    return Graded(result, starved and best.score.earned < best.score.possible)


def ungraded(submission: Submission, exam: Exam, why: str) -> Result:
    """The result of a submission that the machine or the harness failed to grade."""
    score = _score(exam, _all_cases(exam, Verdict.UNGRADED, why))
    result = _result(submission, exam, score, (), [why], "", time.monotonic())
    return replace(result, status="ungraded")


# --- one reading of the submission -------------------------------------------------------------


def _attempt(submission: Submission, exam: Exam, runner: Runner, candidate: Candidate | None) -> Attempt:
    session = runner.open(submission, exam.wanted, exam.limits, candidate)
    try:
        loaded = session.loaded
        attempt = Attempt(exam, session, candidate, scoring.Score((), ()), session.output)
        if isinstance(loaded, Stopped) or loaded.fatal is not None:
            verdict = _stopped_verdict(loaded) if isinstance(loaded, Stopped) else Verdict.LOAD_ERROR
            attempt.score = _score(exam, _all_cases(exam, verdict, feedback.load_failure(loaded)))
        else:
            _try_conventions(attempt)
        return attempt
    finally:
        session.close()


def _try_conventions(attempt: Attempt) -> None:
    """Grade under one choice of each convention after the other; keep the best, the first among equals."""
    for number, combination in enumerate(combinations(attempt.exam.assignment)):
        if number and len(attempt.session.stops) >= MAX_STOPS:
            return
        score = _score(attempt.exam, _run_cases(attempt, combination))
        if not attempt.score.cases or _merit(score) > _merit(attempt.score):
            attempt.score, attempt.choices = score, combination
        if all(case.verdict is Verdict.PASSED for case in score.cases):
            return


def _merit(score: scoring.Score) -> tuple[Fraction, int]:
    """Points first; among equals (advice, implied groups) the reading under which more cases pass."""
    return score.earned, sum(case.verdict is Verdict.PASSED for case in score.cases)


def _run_cases(attempt: Attempt, combination: Choice) -> list[CaseResult]:
    """All cases under a combination of choices; each is run once for those that matter to it.

    Advice comes last, on inputs that code may well warn of: what it prints then is not shown as the student's output.
    """
    places = [(case, case.choice_among(combination)) for case in attempt.exam.cases_in_scope]
    advice = {group.id for group in attempt.exam.assignment.groups if not group.points}
    new = [place for place in places if (place[0].id, place[1]) not in attempt.known]
    said = len(attempt.session.output)
    _run_new(attempt, [place for place in new if place[0].group not in advice])
    attempt.output += attempt.session.output[said:]
    _run_new(attempt, [place for place in new if place[0].group in advice])
    return [attempt.known[case.id, choice] for case, choice in places]


def _run_new(attempt: Attempt, new: Sequence[tuple[Case, Choice]]) -> None:
    runs = [run for case, choice in new for run in case.readings[choice].runs.values()]
    outcomes = iter(attempt.session.run(runs))
    for case, choice in new:
        happened = {name: next(outcomes) for name in case.readings[choice].runs}
        attempt.known[case.id, choice] = judge_case(attempt.exam, case, choice, happened)


def judge_case(exam: Exam, case: Case, choice: Choice, outcomes: Mapping[str, Outcome]) -> CaseResult:
    """A case's verdict from the outcomes of its runs. Pure."""
    seconds = sum(outcome.seconds for outcome in outcomes.values() if not isinstance(outcome, Missing))
    returned: dict[str, Mapping[str, Value]] = {}
    for name, outcome in outcomes.items():
        if not isinstance(outcome, Returned):
            message = feedback.outcome_message(outcome, exam.assignment)
            return _case_result(case, _outcome_verdict(outcome), message, seconds)
        returned[name] = outcome.values
    key, place = exam.key, (case.id, choice)
    expected = key.expected.get(place, {})
    if expected and plainly_right(returned[""], expected, key.allowed[place]):
        findings = (*RIGHT, *look(case, case.readings[choice], returned, expected, len(RIGHT)))
    else:
        findings = look(case, case.readings[choice], returned, expected)
    verdict = Verdict.PASSED if all(finding.passed for finding in findings) else Verdict.FAILED
    return _case_result(case, verdict, feedback.finding_message(findings), seconds, findings)


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


def _case_result(
    case: Case, verdict: Verdict, message: str, seconds: float, findings: Sequence[Finding] = ()
) -> CaseResult:
    none = Fraction(0)
    return CaseResult(case.id, verdict, none, none, message, seconds, tuple(findings), case.visibility)


def _all_cases(exam: Exam, verdict: Verdict, message: str) -> list[CaseResult]:
    return [_case_result(case, verdict, message, 0.0) for case in exam.cases_in_scope]


# --- verdicts ----------------------------------------------------------------------------------


def _outcome_verdict(outcome: Raised | Stopped | Missing) -> Verdict:
    match outcome:
        case Missing():
            return Verdict.MISSING
        case Stopped():
            return _stopped_verdict(outcome)
        case Raised(exception="MemoryError"):
            return Verdict.MEMORY
        case Raised(exception=exception) if exception == RETURN_COUNT:
            return Verdict.FAILED
        case Raised():
            return Verdict.RAISED
        case _:
            assert_never(outcome)


def _stopped_verdict(outcome: Stopped) -> Verdict:
    return Verdict(outcome.reason)


def _is_starved(stopped: Stopped) -> bool:
    """A time-out of code that hardly ran: the machine may be to blame, or `sleep`."""
    return stopped.reason == "timeout" and stopped.cpu_seconds < 0.5 * max(stopped.seconds, 0.1)


# --- the result --------------------------------------------------------------------------------


def _score(exam: Exam, cases: Sequence[CaseResult]) -> scoring.Score:
    return scoring.score(exam.assignment, cases, Counter(case.group for case in exam.cases))


def _notes(exam: Exam, attempt: Attempt, candidates: Sequence[Candidate]) -> list[str]:
    loaded = attempt.session.loaded
    if isinstance(loaded, Stopped):
        return [feedback.load_failure(loaded)]
    notes = [feedback.note(note) for note in loaded.notes]
    if loaded.fatal is not None:
        return [*notes, feedback.note(loaded.fatal)]
    chosen = attempt.candidate or Candidate(loaded.main)
    notes.append(feedback.candidate_note(chosen, candidates, loaded.main))
    if attempt.score.earned < attempt.score.possible:
        notes += feedback.signature_notes(exam.assignment, loaded)
    return [note for note in notes if note]


def _result(
    submission: Submission,
    exam: Exam,
    score: scoring.Score,
    choices: Choice,
    notes: Sequence[str],
    output: str,
    began: float,
) -> Result:
    assignment = exam.assignment
    earned = scoring.rounded(score.earned)
    return Result(
        assignment=assignment.assignment,
        title=assignment.title,
        spec_sha256=exam.spec_sha256,
        grader=__version__,
        seed=exam.seed,
        submission=SubmissionInfo(
            submission.id, submission.student, submission.path, submission.sha256, submission.submitted_at
        ),
        status="graded",
        raw_score=earned,
        penalty=0.0,
        score=earned,
        points=scoring.rounded(score.possible),
        hidden_points=scoring.rounded(assignment.points - score.possible),
        scope=exam.scope,
        isolation=exam.isolation,
        groups=score.groups,
        cases=score.cases,
        notes=tuple(notes),
        conventions=dict(choices),
        output=output[:4000],
        seconds=time.monotonic() - began,
    )
