"""The mutants of an assignment, run once when a submission is first wrong: what each returns on every case.

A mutant is the reference with one misconception (or two) put in. It takes the same road as a submission: same worker,
same limits, same inputs. Many share a worker, for its load costs more than their runs.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import itertools
import threading
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace

from grader.answer_key import reference_choice
from grader.cases import Case
from grader.diagnosis import Happened, Place, telling
from grader.diagnosis import Run as Told
from grader.model import Outcome, Raised, Returned, Run, SourceFile, Submission
from grader.mutants import is_unloaded, mutated, numbered, together
from grader.runner import Limits, Runner, Wanted
from grader.spec import Assignment, Edit, Misconception

Made = tuple[tuple[Misconception, int], ...]
"""Misconceptions, each with the number of the variant in which it is made."""

AT_A_TIME = 100
"""Mutants in one worker."""
MOST_RETURNED = 32 * 1024 * 1024
"""Bytes that mutants of one worker may return in all; a session keeps twice as much (session.MOST_KEPT)."""
MOST_PAIRS = 1500


@dataclass(frozen=True)
class Mutant:
    """One of them: what it returned, and the runs on which that differs from the reference."""

    made: Made
    happened: Happened
    tells: frozenset[Told]

    @property
    def misconceptions(self) -> tuple[Misconception, ...]:
        """The mistakes in it."""
        return tuple(misconception for misconception, _ in self.made)

    @property
    def raises(self) -> str:
        """What it raises wherever it differs from the reference; empty when it returns something there."""
        outcomes = [self.happened[place][name] for place, name in sorted(self.tells)]
        raised = [f"{each.exception}: {each.message}" for each in outcomes if isinstance(each, Raised)]
        if not raised or len(raised) < len(outcomes):
            return ""
        everywhere = len(outcomes) == sum(map(len, self.happened.values()))
        return f"raises {raised[0]}, in every case{'' if everywhere else ' in which it differs from the reference'}"


class Lineup:
    """All mutants of an exam. Safe to share among the threads of a batch. Whatever runs them raises HarnessError."""

    def __init__(
        self, assignment: Assignment, cases: Sequence[Case], reference: Submission, wanted: Wanted, limits: Limits
    ) -> None:
        self._assignment = assignment
        self._reference = reference
        self._wanted, self._limits = wanted, limits
        self._runs = {(case.id, choice): reading.runs for case in cases for choice, reading in case.readings.items()}
        self._own = {place: (place[0], reference_choice(assignment, place[1])) for place in self._runs}
        self.mended: dict[Hashable, float] = {}
        """What was scored of mutants, kept for the rest of a class."""
        self._lock = threading.RLock()
        self._right: Happened = {}
        self._single: Sequence[Mutant] | None = None
        self._known: dict[str, Happened | None] = {}
        """By source: two spellings of one mutant are run once."""
        self._tells: dict[str, frozenset[Told]] = {}
        self._sieves: dict[tuple[Place, str], Sequence[tuple[Made, Outcome]]] = {}

    # --- the reference -------------------------------------------------------------------------

    @functools.cached_property
    def source(self) -> str:
        """The reference's text."""
        (file,) = self._reference.files
        return file.data.decode("utf-8-sig")

    def right(self, runner: Runner) -> Happened:
        """What the reference itself returned on every run."""
        with self._lock:
            if not self._right:
                self._right = self.right_again(runner)
            return self._right

    def right_again(self, runner: Runner) -> Happened:
        """The same, run anew."""
        return self._by_place(self._outcomes(self._reference, self._limits, self._every_run, runner))

    def reference(self, runs: Sequence[Run], runner: Runner) -> list[Outcome]:
        """What the reference returns on runs of any kind."""
        return self._outcomes(self._reference, self._limits, runs, runner)

    # --- mutants -------------------------------------------------------------------------------

    def single(self, runner: Runner) -> Sequence[Mutant]:
        """One per misconception and variant, but for those that cannot be loaded."""
        if self._single is None:
            self._single = self.of([(each,) for each in self._mistakes], runner)
        return self._single

    def of(self, made: Sequence[Made], runner: Runner) -> list[Mutant]:
        """The mutants with some mistakes, but for those that cannot be loaded or whose edits do not go together."""
        right = self.right(runner)
        possible = [(each, source) for each in made if (source := self._source_of(each)) is not None]
        outcomes = self.many([source for _, source in possible], runner)
        found = []
        for (each, source), happened in zip(possible, outcomes, strict=True):
            if happened is not None:
                if source not in self._tells:  # once for a whole class: it costs more than grading a submission
                    self._tells[source] = telling(happened, right)
                found.append(Mutant(each, happened, self._tells[source]))
        return found

    def many(self, sources: Sequence[str], runner: Runner) -> list[Happened | None]:
        """What other texts of the reference return; None for one that cannot be loaded."""
        with self._lock:
            new = [source for source in dict.fromkeys(sources) if source not in self._known]
            for some in _chunks(new, self._at_a_time(runner)):
                for source, outcomes in zip(some, self._together(some, self._every_run, runner), strict=True):
                    unloaded = any(map(is_unloaded, outcomes))
                    self._known[source] = None if unloaded else self._by_place(outcomes)
            return [self._known[source] for source in sources]

    def pairs(self, place: Place, name: str, runner: Runner) -> Sequence[tuple[Made, Outcome]]:
        """What pairs of different mistakes return in one run."""
        with self._lock:
            if (place, name) not in self._sieves:
                both = [(a, b) for a, b in itertools.combinations(self._mistakes, 2) if a[0] != b[0]]
                both.sort(key=lambda pair: pair[0][1] + pair[1][1])  # each mistake in its own way before its variants
                made = [(pair, source) for pair in both[:MOST_PAIRS] if (source := self._source_of(pair)) is not None]
                runs = [self._runs[self._own[place]][name]]
                outcomes = [
                    outcome
                    for some in _chunks([source for _, source in made], AT_A_TIME)
                    for (outcome,) in self._together(some, runs, runner)
                ]
                self._sieves[place, name] = [(pair, each) for (pair, _), each in zip(made, outcomes, strict=True)]
            return self._sieves[place, name]

    def without(self, mutant: Mutant, number: int, runner: Runner) -> Happened:
        """What a mutant would have returned without one of its mistakes."""
        rest = tuple(each for index, each in enumerate(mutant.made) if index != number)
        mended = self.of([rest], runner) if rest else []
        return mended[0].happened if mended else self.right(runner)

    def why_not(self, edit: Edit) -> str:
        """Why the mutant of an edit cannot be loaded."""
        source = mutated(self.source, [edit])
        if source is None:
            return "cannot be made: its edits do not fit each other"
        try:
            ast.parse(source)
        except SyntaxError as error:
            line = f", `{error.text.strip()}`" if error.text else ""
            return (
                f"cannot be loaded: Python cannot read the reference with it, {error.msg} (line {error.lineno}{line})"
            )
        return "cannot be loaded: the reference with it raises an exception before any function is called"

    @functools.cached_property
    def _mistakes(self) -> list[tuple[Misconception, int]]:
        known = self._assignment.misconceptions
        return [(misconception, number) for misconception in known for number in range(len(misconception.edits))]

    def _source_of(self, made: Made) -> str | None:
        return mutated(self.source, [known.edits[variant] for known, variant in made])

    # --- how they are run ------------------------------------------------------------------------

    @functools.cached_property
    def _every_run(self) -> list[Run]:
        """Every run of every case, under the reference's own choice of each convention."""
        return [run for place in dict.fromkeys(self._own.values()) for run in self._runs[place].values()]

    def _by_place(self, outcomes: Sequence[Outcome]) -> Happened:
        rest = iter(outcomes)
        mine = {place: {name: next(rest) for name in self._runs[place]} for place in dict.fromkeys(self._own.values())}
        return {place: mine[own] for place, own in self._own.items()}

    def _together(self, sources: Sequence[str], runs: Sequence[Run], runner: Runner) -> Iterator[list[Outcome]]:
        """For each text the outcomes of some runs. All go through one worker, like one submission."""
        text = together(self.source, sources, list(self._assignment.functions)).encode()
        (file,) = self._reference.files
        files = (SourceFile(file.name, text),)
        submission = replace(self._reference, files=files, sha256=hashlib.sha256(text).hexdigest())
        limits = replace(self._limits, submission=self._limits.submission * len(sources))
        every = [numbered(run, number) for number in range(len(sources)) for run in runs]
        rest = iter(self._outcomes(submission, limits, every, runner))
        for _ in sources:
            yield [next(rest) for _ in runs]

    def _outcomes(self, submission: Submission, limits: Limits, runs: Sequence[Run], runner: Runner) -> list[Outcome]:
        session = runner.open(submission, self._wanted, limits, None)
        try:
            return session.run(runs)
        finally:
            session.close()

    def _at_a_time(self, runner: Runner) -> int:
        """Fewer where they return much: of one worker only so much is kept."""
        returned = [each for outcomes in self.right(runner).values() for each in outcomes.values()]
        values = [value for each in returned if isinstance(each, Returned) for value in each.values.values()]
        size = sum(value.array.nbytes for value in values if value.array is not None)
        return max(1, min(AT_A_TIME, MOST_RETURNED // max(1, size)))


def _chunks(sources: Sequence[str], count: int) -> Iterator[Sequence[str]]:
    for first in range(0, len(sources), count):
        yield sources[first : first + count]
