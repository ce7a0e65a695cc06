"""The smallest inputs for which a wrong submission is wrong, with what is expected there: a counterexample.

It is looked for among the inputs of one failing case, in the same way of failing: sizes are made small first, then the
numbers 0, 1 and −1. Submission and reference run side by side, each in a cage of its own. Nothing hidden is shown:
where only hidden cases failed, the inputs are those of a public case with the same steps, or are drawn anew as the
hidden case's are drawn; one that has numbers written out is never used, and no array of a hidden case is ever shown.
What was found is run once more in a new worker, as a student will run it, and shown only if it comes to the same.
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
from grader.hunt import Example, Hunt, Place, Sides, Unsteady, differ
from grader.model import (
    RETURN_COUNT,
    Array,
    Candidate,
    CaseResult,
    Clue,
    Counterexample,
    Loaded,
    Raised,
    Returned,
    Step,
    Stopped,
    Submission,
    Verdict,
)
from grader.recipes import is_written_out
from grader.runner import Runner

MOST_PLACES = 4
"""Failing groups in which it is looked for."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Calls of the submission, and seconds after it is loaded; the best until then is kept.

    Calls alone bound what is quick, so that a busy machine finds the same; seconds end what is slow: 300 calls of the
    shipped assignments take less than one.
    """

    calls: int = 300
    seconds: float = 10.0


BOUNDS = Bounds()

UNSTEADY = Clue(
    "property",
    "The same call does not give the same values twice: is something random, kept from call to call, "
    "or made with np.empty and not filled?",
)
LEFT_OUT = frozenset({"statement_raised", "statement_stopped", "definition_failed", "module_not_available"})
"""Notes of statements that did not run here, and may where a student runs them."""


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a search."""

    example: Counterexample | None = None
    unsteady: bool = False
    """The submission does not do the same twice. What its values look like says nothing, then."""

    def clues(self, others: Sequence[Clue]) -> tuple[Clue, ...]:
        """All that is known, given what else is: of what is unsteady only where it is, and that it is."""
        where = tuple(clue for clue in others if clue.kind == "stage")
        return (*where, UNSTEADY) if self.unsteady else tuple(others)


def find(
    submission: Submission,
    exam: Exam,
    runner: Runner,
    choices: Choice,
    candidate: Candidate | None,
    results: Sequence[CaseResult],
    bounds: Bounds = BOUNDS,
    clock: Callable[[], float] = time.monotonic,
) -> Found:
    """A counterexample for a submission that was graded with these results, or why there is none.

    `choices` and `candidate` are the reading that counts. Takes `runner` and the slot beside it, which must be free.
    Raises HarnessError.
    """
    places = list(places_of(exam, results))[:MOST_PLACES]
    if not places or exam.reference is None:
        return Found()
    seconds = min(exam.limits.case, bounds.seconds)
    limits = replace(exam.limits, case=seconds, submission=exam.limits.load + bounds.seconds)
    with contextlib.ExitStack() as stack:
        beside = runner.beside(exam.wanted.modules)
        shrinking.load()  # while the slot beside this one starts
        theirs, ours = (
            stack.enter_context(contextlib.closing(one.open(work, exam.wanted, limits, reading)))
            for one, work, reading in ((runner, submission, candidate), (beside, exam.reference, None))
        )
        loaded = theirs.loaded
        if not isinstance(loaded, Loaded) or loaded.fatal is not None:
            return Found()
        sides = Sides(theirs, ours, bounds.calls, clock() + bounds.seconds, clock)
        try:
            hunted = (Hunt(sides, exam, place, choices).best() for place in places)
            example = next((each for each in hunted if each is not None), None)
        except Unsteady:
            return Found(unsteady=True)
    if example is None or _is_of_the_cage(example, loaded):
        return Found()
    with contextlib.closing(runner.open(submission, exam.wanted, limits, candidate)) as fresh:
        [outcome] = fresh.run([example.run])
    if isinstance(outcome, Stopped):
        return Found()
    return Found(unsteady=True) if differ(example.outcome, outcome) else Found(_shown(example, exam, loaded))


def _is_of_the_cage(example: Example, loaded: Loaded) -> bool:
    """Whether a name is missing that a statement left out here would have bound: it may be there elsewhere."""
    left_out = any(note.kind in LEFT_OUT for note in loaded.notes)
    return left_out and isinstance(example.outcome, Raised) and example.outcome.exception == "NameError"


# --- where to look ---------------------------------------------------------------------------


def places_of(exam: Exam, results: Sequence[CaseResult]) -> Iterator[Place]:
    """Failing cases, one of each group, the smallest function first; hidden ones with inputs that may be shown."""
    verdicts = {result.id: result for result in results if result.verdict in (Verdict.FAILED, Verdict.RAISED)}
    failed = {case.group: case for case in reversed(exam.cases) if case.id in verdicts}
    for case in sorted(failed.values(), key=lambda case: _rank(exam, case, verdicts[case.id])):
        if case.visibility == "public":
            yield Place(case, case, verdicts[case.id])
            continue
        alike = [other for other in exam.cases if other.visibility == "public" and _steps(other) == _steps(case)]
        yield from (Place(case, other, verdicts[case.id]) for other in alike[:1])
        if alike and not is_written_out(exam.assignment, case):
            yield Place(case, case, verdicts[case.id])


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
    kind, check, *_ = example.symptom
    lines = reproducer.text(
        run.steps, run.inputs, example.expected, got, named, loaded.main, check if kind == "check" else "values"
    )
    steps = tuple(step.text for step in run.steps)
    if check in ("type", RETURN_COUNT):  # what came are no numbers to compare with others
        return Counterexample(steps, run.inputs, {}, {}, example.message, lines)
    return Counterexample(steps, run.inputs, example.expected, got, example.message, lines)
