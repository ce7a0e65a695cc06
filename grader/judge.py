"""Grades one submission: run every case, look at what came back, score it, take the fairest reading.

Nothing here executes or parses a submission; it asks a runner and compares. A fault of the machine or the
harness is never a score: it is raised by the runner and becomes an ungraded result in `batch.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from grader import __version__, counterexample, feedback, scoring
from grader.cases import Case
from grader.conventions import Choice, combinations
from grader.exam import Exam
from grader.explain import Wrong, explain
from grader.locations import locations
from grader.model import (
    Candidate,
    CaseResult,
    Loaded,
    Outcome,
    Result,
    Run,
    Stopped,
    Submission,
    Verdict,
)
from grader.obstacles import with_obstacles
from grader.runner import Runner, Session
from grader.stages import Runs
from grader.verdicts import all_cases, judge_case, score_of, stopped_verdict

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
    anew: Callable[[], Session]
    """Loads it in another worker; the session's own must be closed."""
    candidate: Candidate | None
    score: scoring.Score
    output: str
    choices: Choice = ()
    known: dict[tuple[str, Choice], CaseResult] = field(default_factory=dict)
    happened: dict[tuple[str, Choice], dict[str, Outcome]] = field(default_factory=dict)

    def apart(self, runs: Sequence[Run]) -> Sequence[Outcome]:
        """What runs come to in a worker of their own, that has seen no other case."""
        self.session.close()
        session = self.anew()
        try:
            return session.run(runs)
        finally:
            session.close()
            self.session.stops += session.stops

    @property
    def doubtful(self) -> set[str]:
        """Cases that are right as they count, and wrong in another reading that the spec leaves open."""
        fixed = {name for name, each in self.exam.assignment.conventions.items() if each.reference}
        mine = {case.id: case.choice_among(self.choices) for case in self.exam.cases_in_scope}
        return {
            case
            for (case, choice), result in self.known.items()
            if result.verdict is not Verdict.PASSED and self.known[case, mine[case]].verdict is Verdict.PASSED
            if all(pair in mine[case] for pair in choice if pair[0] in fixed)
        }

    @property
    def chosen(self) -> dict[tuple[str, Choice], dict[str, Outcome]]:
        """What happened under the choice of conventions that counts."""
        places = [(case.id, case.choice_among(self.choices)) for case in self.exam.cases_in_scope]
        return {place: self.happened[place] for place in places if place in self.happened}


def grade(submission: Submission, exam: Exam, runner: Runner, searching: bool = False) -> Graded:
    """One submission's result. Raises HarnessError when the machine or the harness fails.

    `searching` finds a counterexample for what lost points, which takes longer than all the rest.
    """
    began = time.monotonic()
    if submission.unreadable:
        return Graded(ungraded(submission, exam, submission.unreadable))
    if submission.problem:
        score = score_of(exam, all_cases(exam, Verdict.LOAD_ERROR, submission.problem))
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
    if any(case.verdict is not Verdict.PASSED for case in best.score.cases) and best.happened:
        result = _explained(result, submission, best, runner, searching)
    result = with_obstacles(result, exam.assignment, best.session.loaded)
    if len({candidate.main for candidate in candidates}) > 1:
        result = replace(result, graded_file=best.candidate.main if best.candidate else candidates[0].main)
    at = locations(submission, exam, best.session.loaded, best.chosen, best.score.cases)
    result = replace(result, locations=at)
    starved = any(map(_is_starved, best.session.stops))
    return Graded(result, starved and best.score.earned < best.score.possible)


def _explained(result: Result, submission: Submission, best: Attempt, runner: Runner, searching: bool) -> Result:
    """The result with all that can be told of what is wrong."""
    exam = best.exam
    lost = best.score.earned < best.score.possible
    found = explain(exam, Wrong(best.chosen, best.choices, best.score.cases, lost, best.apart, best.doubtful), runner)
    if searching and lost:
        small = counterexample.find(submission, exam, runner.live, best.choices, best.candidate, best.score.cases)
        result = replace(result, counterexample=small.example)
        found = replace(found, clues=small.clues(found.clues))
    return replace(result, diagnoses=found.diagnoses, clues=found.clues, pictures=found.pictures)


def ungraded(submission: Submission, exam: Exam, why: str) -> Result:
    """The result of a submission that the machine or the harness failed to grade."""
    score = score_of(exam, all_cases(exam, Verdict.UNGRADED, why))
    result = _result(submission, exam, score, (), [why], "", time.monotonic())
    return replace(result, status="ungraded")


# --- one reading of the submission -------------------------------------------------------------


def _attempt(submission: Submission, exam: Exam, runner: Runner, candidate: Candidate | None) -> Attempt:
    def anew() -> Session:
        return runner.open(submission, exam.wanted, exam.limits, candidate)

    session = anew()
    try:
        loaded = session.loaded
        attempt = Attempt(exam, session, anew, candidate, scoring.Score((), ()), session.output)
        if isinstance(loaded, Stopped) or loaded.fatal is not None:
            verdict = stopped_verdict(loaded) if isinstance(loaded, Stopped) else Verdict.LOAD_ERROR
            attempt.score = score_of(exam, all_cases(exam, verdict, feedback.load_failure(loaded)))
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
        score = score_of(attempt.exam, _run_cases(attempt, combination))
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
    """Hidden cases meet no public one: what a student is told of the latter must not carry their inputs."""
    for hidden, run in ((False, attempt.session.run), (True, attempt.apart)):
        mine = [place for place in new if (place[0].visibility == "hidden") is hidden]
        if mine:
            _run_some(attempt, mine, run)


def _run_some(attempt: Attempt, new: Sequence[tuple[Case, Choice]], run: Runs) -> None:
    outcomes = iter(run([each for case, choice in new for each in case.readings[choice].runs.values()]))
    for case, choice in new:
        happened = attempt.happened[case.id, choice] = {name: next(outcomes) for name in case.readings[choice].runs}
        attempt.known[case.id, choice] = judge_case(attempt.exam, case, choice, happened)


def _is_starved(stopped: Stopped) -> bool:
    """A time-out of code that hardly ran: the machine may be to blame, or `sleep`."""
    return stopped.reason == "timeout" and stopped.cpu_seconds < 0.5 * max(stopped.seconds, 0.1)


# --- the result --------------------------------------------------------------------------------


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


def _followed(exam: Exam, score: scoring.Score, choices: Choice) -> dict[str, str]:
    """The choices that a case shows which ran: of others nothing is known."""
    ran = {case.id for case in score.cases if case.verdict not in (Verdict.MISSING, Verdict.LOAD_ERROR)}
    shown = {pair for case in exam.cases_in_scope if case.id in ran for pair in case.choice_among(choices)}
    return {name: choice for name, choice in choices if (name, choice) in shown}


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
    shown = {case.group for case in exam.cases_in_scope}
    return Result(
        assignment=assignment.assignment,
        title=assignment.title,
        spec_sha256=exam.spec_sha256,
        grader=__version__,
        seed=exam.seed,
        submission=submission.info,
        status="graded",
        raw_score=earned,
        penalty=0.0,
        score=earned,
        points=scoring.rounded(score.possible),
        hidden_points=scoring.rounded(exam.hidden_points),
        scope=exam.scope,
        chosen=tuple(case.id for case in exam.cases_in_scope) if exam.chosen else (),
        hints=assignment.hints,
        isolation=exam.isolation,
        groups=tuple(group for group in score.groups if group.id in shown),  # not those of which nothing was run
        cases=score.cases,
        notes=tuple(notes),
        conventions=_followed(exam, score, choices),
        output=output[:4000],
        seconds=time.monotonic() - began,
    )
