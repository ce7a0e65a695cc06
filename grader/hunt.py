"""Looks for the smallest inputs on which a submission fails as it failed in a case: sizes first, then numbers.

Submission and reference are asked side by side, within bounds; what was found until then is kept.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from grader import feedback, shrinking
from grader.answer_key import reference_choice
from grader.cases import Case, Reading
from grader.checks.expected import AGAINST_EXPECTED
from grader.compare import Tolerance
from grader.conventions import Choice
from grader.diagnosis import agree
from grader.exam import Exam
from grader.expressions import ExpressionError
from grader.inputs.base import Source
from grader.model import Array, CaseResult, Outcome, Raised, Returned, Run, Stopped
from grader.recipes import PLACE, Recipe, Sizes, Values, recipe_of
from grader.runner import Session
from grader.verdicts import look

TRIES = 4
"""Sets of numbers that are tried at each size: one may be right by chance alone."""
EXAMPLES = 40
"""Sizes, and sets of numbers, that are drawn before it is given up."""
READABLE = 40
"""A failing case with no more numbers than that is shown itself, if nothing smaller is found."""
CLEAR = 1e-3
"""A difference that people see."""
ASKED = 3
"""How often a failing case is run at first: twice may be the same by chance, such as a dropout of little."""
Symptom = tuple[str, ...]
"""How a submission fails: ("raised", exception, line, kind of message), or ("check", its name, kind of message)."""


class Spent(BaseException):
    """The bounds are reached, or a worker is lost. No Exception, so that Hypothesis does not take it for a find."""


class Unsteady(Exception):
    """The same call does not come to the same twice: what such a submission does on small inputs says nothing."""


@dataclass(frozen=True)
class Place:
    """Where it is looked for: a case that failed, the case whose kind of inputs is used, and what was graded."""

    failed: Case
    inputs_of: Case
    graded: CaseResult | None = None


@dataclass(frozen=True, eq=False)
class Example:
    """A run on which a submission fails."""

    run: Run
    expected: Mapping[str, Array]
    outcome: Raised | Returned
    symptom: Symptom
    message: str


@dataclass
class Sides:
    """The submission and the reference, and how often the submission may still be asked."""

    theirs: Session
    ours: Session
    calls: int
    until: float
    clock: Callable[[], float]

    def ask(self, runs: Sequence[tuple[Run, Run]]) -> list[tuple[Outcome, Outcome]]:
        """What the submission does on the first of each pair, and the reference on the second. Raises Spent."""
        if self.calls < len(runs) or self.clock() >= self.until:
            raise Spent
        self.calls -= len(runs)
        outcomes = self.theirs.run([theirs for theirs, _ in runs])
        right = self.ours.run([ours for _, ours in runs])
        if any(isinstance(outcome, Stopped) for outcome in (*outcomes, *right)):
            raise Spent
        return list(zip(outcomes, right, strict=True))


@dataclass
class Hunt:
    """In one place."""

    sides: Sides
    exam: Exam
    place: Place
    choices: Choice
    _found: Example | None = None
    _sizes: Sizes = field(default_factory=dict)
    _key: tuple[object, ...] = ()

    def __post_init__(self) -> None:
        case = self.place.inputs_of
        choice = case.choice_among(self.choices)
        own = reference_choice(self.exam.assignment, choice)
        self._reading = case.readings[choice]
        self._recipe = recipe_of(self.exam.assignment, case, choice, own, self.exam.seed)
        self._hidden = {
            _content(array)
            for other in self.exam.cases
            if other.visibility == "hidden"
            for reading in other.readings.values()
            for run in reading.runs.values()
            for array in run.inputs.values()
        }

    def best(self) -> Example | None:
        """The smallest example within the bounds; a failing public case itself, if there is none and it is small.

        None where the call itself cannot be made: its signature is the message. Raises Unsteady.
        """
        case = self.place.failed
        choice = case.choice_among(self.choices)
        own = reference_choice(self.exam.assignment, choice)
        itself: Example | None = None
        with contextlib.suppress(Spent):
            run = case.readings[choice].runs[""]
            (outcome, right), *again = self.sides.ask([(run, case.readings[own].runs[""])] * ASKED)
            if any(differ(outcome, other) for other, _ in again):
                raise Unsteady
            itself = self._judged(case.readings[choice], run, outcome, _arrays(right), case.tolerance)
            if itself is None and isinstance(outcome, Returned) and _arrays(right) and self._was_wrong(choice):
                raise Unsteady
            if itself is None or (isinstance(outcome, Raised) and feedback.cannot_be_called(outcome)):
                return None
            self._search(itself.symptom)
        if self._found is not None:
            found, said = self._found, self.place.inputs_of.tolerance
            return self._judged(self._reading, found.run, found.outcome, found.expected, said)
        small = itself is not None and sum(np.size(value) for value in itself.run.inputs.values()) <= READABLE
        return itself if small and case.visibility == "public" else None

    def _was_wrong(self, choice: Choice) -> bool:
        """Whether the failing case failed, when it was graded, in what is now right."""
        case, graded = self.place.failed, self.place.graded
        if graded is None or len(case.readings[choice].runs) > 1 or (case.id, choice) not in self.exam.key.expected:
            return False
        return not graded.findings or graded.findings[-1].check in TOLD_AGAIN

    def _search(self, symptom: Symptom) -> None:
        spans = tuple(self._recipe.spans.values())
        if not self._recipe.free:
            return
        said = self.place.inputs_of.tolerance
        clear = Tolerance(max(said.rtol, CLEAR), max(said.atol, CLEAR))
        shrinking.sizes(spans, lambda sizes: self._fails_at(sizes, symptom, clear, _whole), EXAMPLES)
        if self._found is None:
            shrinking.sizes(spans, lambda sizes: self._fails_at(sizes, symptom, said, Recipe.drawn), EXAMPLES)
            return
        count = sum(self._recipe.counts(self._sizes).values())
        self._key = (count + 1,)
        for kinds, skipped in ((2, 0), (3, 0), (3, 1)):  # of 0 and 1; of −1, too; without 0, where that cannot be

            def fails(letters: Sequence[int], skipped: int = skipped) -> bool:
                return self._fails_on(letters, skipped, symptom, clear)

            shrinking.letters(count, kinds, fails, EXAMPLES)
            if self._key != (count + 1,):
                return

    def _fails_at(
        self,
        chosen: Sequence[int],
        symptom: Symptom,
        tolerance: Tolerance,
        drawn: Callable[[Recipe, Sizes, int], Values],
    ) -> bool:
        """Whether the submission fails at these sizes; the smallest is kept."""
        try:
            sizes = self._recipe.sizes(chosen)
            count = sum(self._recipe.counts(sizes).values())
            examples = self._asked(sizes, [drawn(self._recipe, sizes, n) for n in range(TRIES)], tolerance)
        except ExpressionError:
            return False
        failing = [example for example in examples if example.symptom == symptom]
        key = (count, *chosen)
        if failing and (self._found is None or key < self._key):
            self._found, self._sizes, self._key = failing[0], sizes, key
        return bool(failing)

    def _fails_on(self, letters: Sequence[int], skipped: int, symptom: Symptom, tolerance: Tolerance) -> bool:
        """Whether the submission fails on these numbers; those with the most zeros are kept."""
        values = _spelled(self._recipe, self._sizes, letters, skipped)
        examples = self._asked(self._sizes, [values], tolerance)
        telling = [e for e in examples if e.symptom == symptom and any(a.any() for a in e.expected.values())]
        key = (sum(map(bool, letters)), *letters)
        if telling and key < self._key:
            self._found, self._key = telling[0], key
        return bool(telling)

    def _asked(self, sizes: Sizes, tried: Sequence[Values], tolerance: Tolerance) -> list[Example]:
        """The failing ones of some inputs. Raises ExpressionError, Spent."""
        runs = [self._recipe.runs(sizes, values) for values in tried]
        runs = [(theirs, ours) for theirs, ours in runs if not self._is_hidden(theirs)]
        judged = [
            self._judged(self._reading, theirs, outcome, _arrays(right), tolerance)
            for (theirs, _), (outcome, right) in zip(runs, self.sides.ask(runs) if runs else (), strict=True)
        ]
        return [example for example in judged if example is not None]

    def _is_hidden(self, run: Run) -> bool:
        arrays = [run.inputs[name] for name in self._recipe.free if name in run.inputs]
        return any(np.size(array) > 1 and _content(array) in self._hidden for array in arrays)

    def _judged(
        self,
        reading: Reading,
        run: Run,
        outcome: Outcome,
        expected: Mapping[str, Array] | None,
        tolerance: Tolerance,
    ) -> Example | None:
        """What a submission did, where that is wrong and the reference knows what is right."""
        if expected is None:
            return None
        if isinstance(outcome, Raised):
            message = feedback.outcome_message(outcome, self.exam.assignment)
            return Example(run, expected, outcome, _raised(outcome), message)
        if not isinstance(outcome, Returned):
            return None
        case = replace(self.place.inputs_of, checks=AGAINST_EXPECTED, observe=run.observe, tolerance=tolerance)
        findings = look(case, replace(reading, runs={"": run}), {"": outcome.values}, expected)
        if findings[-1].passed:
            return None
        last = findings[-1]
        kind = _kind(last.message) if last.check == "type" else ""
        return Example(run, expected, outcome, ("check", last.check, kind), last.message)


TOLD_AGAIN = frozenset(check.NAME for check in AGAINST_EXPECTED if check.NAME != "type")
"""Checks of which a case alone decides; too large (of type) is what all cases together return."""


def differ(one: Outcome, other: Outcome) -> bool:
    """Whether two outcomes of the same call are not the same, as far as can be said."""
    if isinstance(one, Raised) and isinstance(other, Raised):
        return _raised(one) != _raised(other)
    return agree(one, other) is False


def _raised(outcome: Raised) -> Symptom:
    """What was raised and where, by the last line of the student's own: another line is another mistake."""
    last = outcome.frames[-1] if outcome.frames else None
    return "raised", outcome.exception, f"{last.file}:{last.line}" if last else "", _kind(outcome.message)


def _kind(message: str) -> str:
    """A message without its numbers and shapes, which change with the inputs."""
    words = re.sub(r"\([^()]*\)|\[[^\[\]]*\]|[^\s,]*\d[^\s,]*", "", message)
    return " ".join(words.replace(",", " ").split())


def _arrays(right: Outcome) -> Mapping[str, Array] | None:
    """What the reference returned; None when it knows no answer to these inputs."""
    if not isinstance(right, Returned):
        return None
    arrays = {name: value.array for name, value in right.values.items() if value.array is not None}
    known = len(arrays) == len(right.values) and not any(np.isnan(array).any() for array in arrays.values())
    return arrays if known else None


def _content(array: object) -> tuple[tuple[int, ...], bytes]:
    plain = np.asarray(array, dtype=np.float64)
    return plain.shape, (plain + 0.0).tobytes()


def _whole(recipe: Recipe, sizes: Sizes, number: int) -> Values:
    """Plain numbers at random, each as often as the others; but for zero, which hides mistakes."""
    values = {}
    for name, count in recipe.counts(sizes).items():
        source = Source(recipe.seed, PLACE, "plain", number, name)
        alphabet = recipe.alphabet(name, sizes)
        few = np.array(alphabet[1:5] or alphabet)
        shuffled = [source.random.permutation(few) for _ in range(-(-count // len(few)))]
        values[name] = np.concatenate(shuffled)[:count]
    return values


def _spelled(recipe: Recipe, sizes: Sizes, letters: Sequence[int], skipped: int) -> Values:
    """The plainest numbers of each array, by letter."""
    values, start = {}, 0
    for name, count in recipe.counts(sizes).items():
        alphabet = recipe.alphabet(name, sizes)[skipped:] or recipe.alphabet(name, sizes)
        values[name] = np.array([alphabet[min(letter, len(alphabet) - 1)] for letter in letters[start : start + count]])
        start += count
    return values
