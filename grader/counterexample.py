"""The smallest inputs for which a wrong submission is wrong, with what is expected there: a counterexample.

It is looked for among the inputs of one failing case, in the same way of failing: sizes are made small first, then the
numbers 0, 1 and −1. Submission and reference run side by side, each in a cage of its own. Nothing hidden is shown:
where only hidden cases failed, the inputs are those of a public case with the same steps, or are drawn anew as the
hidden case's are drawn; one that has numbers written out is never used, and no array of a hidden case is ever shown.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from grader import reproducer, shrinking
from grader.cases import Case
from grader.conventions import Choice
from grader.exam import Exam
from grader.hunt import Example, Hunt, Place, Sides
from grader.model import Array, Candidate, CaseResult, Counterexample, Loaded, Returned, Step, Submission, Verdict
from grader.recipes import is_written_out
from grader.runner import Runner

MOST_PLACES = 4
"""Failing groups in which it is looked for."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Calls of the submission, and seconds after it is loaded; the best until then is kept."""

    calls: int = 300
    seconds: float = 3.0


BOUNDS = Bounds()


def find(
    submission: Submission,
    exam: Exam,
    runner: Runner,
    choices: Choice,
    candidate: Candidate | None,
    results: Sequence[CaseResult],
    bounds: Bounds = BOUNDS,
    clock: Callable[[], float] = time.monotonic,
) -> Counterexample | None:
    """A counterexample for a submission that was graded with these results; None when none is found.

    `choices` and `candidate` are the reading that counts. Takes `runner` and the slot beside it, which must be free.
    Raises HarnessError.
    """
    places = list(places_of(exam, results))[:MOST_PLACES]
    if not places or exam.reference is None:
        return None
    limits = replace(
        exam.limits, case=min(exam.limits.case, bounds.seconds), submission=exam.limits.load + bounds.seconds
    )
    with contextlib.ExitStack() as stack:
        beside = runner.beside(exam.wanted.modules)
        shrinking.load()  # while the slot beside this one starts
        theirs, ours = (
            stack.enter_context(contextlib.closing(one.open(work, exam.wanted, limits, reading)))
            for one, work, reading in ((runner, submission, candidate), (beside, exam.reference, None))
        )
        loaded = theirs.loaded
        if not isinstance(loaded, Loaded) or loaded.fatal is not None:
            return None
        sides = Sides(theirs, ours, bounds.calls, clock() + bounds.seconds, clock)
        for place in places:
            example = Hunt(sides, exam, place, choices).best()
            if example is not None:
                return _shown(example, exam, loaded)
    return None


# --- where to look ---------------------------------------------------------------------------


def places_of(exam: Exam, results: Sequence[CaseResult]) -> Iterator[Place]:
    """Failing cases, one of each group, the smallest function first; hidden ones with inputs that may be shown."""
    verdicts = {result.id: result for result in results if result.verdict in (Verdict.FAILED, Verdict.RAISED)}
    failed = {case.group: case for case in reversed(exam.cases) if case.id in verdicts}
    for case in sorted(failed.values(), key=lambda case: _rank(exam, case, verdicts[case.id])):
        if case.visibility == "public":
            yield Place(case, case)
            continue
        alike = [other for other in exam.cases if other.visibility == "public" and _steps(other) == _steps(case)]
        yield from (Place(case, other) for other in alike[:1])
        if alike and not is_written_out(exam.assignment, case):
            yield Place(case, case)


def _rank(exam: Exam, case: Case, result: CaseResult) -> tuple[float, ...]:
    """The least is looked at first."""
    group = next(group for group in exam.assignment.groups if group.id == case.group)
    order = list(exam.assignment.functions)
    last = result.findings[-1].check if result.findings else ""
    return (
        not group.points,
        case.expect != "reference",
        case.visibility == "hidden",
        # what is implied may be made in another way: only a wrong number says that it is wrong
        group.implied_by is not None and last != "values",
        len(_steps(case)),
        max(order.index(step.function) for step in _steps(case)),
        exam.cases.index(case),
    )


def _steps(case: Case) -> tuple[Step, ...]:
    return next(iter(case.readings.values())).runs[""].steps


# --- what is shown ---------------------------------------------------------------------------


def _shown(example: Example, exam: Exam, loaded: Loaded) -> Counterexample:
    got: dict[str, Array] = {}
    if isinstance(example.outcome, Returned):
        got = {name: value.array for name, value in example.outcome.values.items() if value.array is not None}
    named = {
        name: found.name if found.name in exam.wanted.functions.get(name, ()) else name
        for name, found in loaded.functions.items()
    }
    run = example.run
    kind, check = example.symptom
    lines = reproducer.text(
        run.steps, run.inputs, example.expected, got, named, loaded.main, check if kind == "check" else "values"
    )
    steps = tuple(step.text for step in run.steps)
    return Counterexample(steps, run.inputs, example.expected, got, example.message, lines)
