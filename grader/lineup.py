"""The mutants of an assignment, run once when a submission is first wrong: what each returns on every case.

A mutant is the reference with one misconception (or two) put in. It takes the same road as a submission: same worker,
same limits, same inputs.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

from grader.answer_key import reference_choice
from grader.cases import Case
from grader.diagnosis import Happened, Run, telling
from grader.model import Loaded, SourceFile, Submission
from grader.mutants import mutated
from grader.runner import Limits, Runner, Wanted
from grader.spec import Assignment, Misconception

Made = tuple[tuple[Misconception, int], ...]
"""Misconceptions, each with the number of the variant in which it is made."""


@dataclass(frozen=True)
class Mutant:
    """One of them: what it returned, and the runs on which that differs from the reference."""

    made: Made
    happened: Happened
    tells: frozenset[Run]

    @property
    def misconceptions(self) -> tuple[Misconception, ...]:
        """The mistakes in it."""
        return tuple(misconception for misconception, _ in self.made)


class Lineup:
    """All mutants of an exam. Safe to share among the threads of a batch."""

    def __init__(
        self, assignment: Assignment, cases: Sequence[Case], reference: Submission, wanted: Wanted, limits: Limits
    ) -> None:
        self._assignment = assignment
        self._cases = cases
        self._reference = reference
        self._wanted, self._limits = wanted, limits
        self._lock = threading.Lock()
        self._right: Happened = {}
        self._known: dict[tuple[tuple[str, int], ...], Mutant | None] = {}

    def right(self, runner: Runner) -> Happened:
        """What the reference itself returned on every run. Raises HarnessError."""
        with self._lock:
            if not self._right:
                self._right = self._happened(self._reference, runner) or {}
            return self._right

    def right_again(self, runner: Runner) -> Happened:
        """The same, run anew. Raises HarnessError."""
        return self._happened(self._reference, runner) or {}

    @property
    def source(self) -> str:
        """The reference's text."""
        (file,) = self._reference.files
        return file.data.decode("utf-8-sig")

    def happened(self, source: str, runner: Runner) -> Happened | None:
        """What another text of the reference returns; None when it cannot be loaded. Raises HarnessError."""
        (file,) = self._reference.files
        data = source.encode()
        digest = hashlib.sha256(data).hexdigest()
        return self._happened(replace(self._reference, files=(SourceFile(file.name, data),), sha256=digest), runner)

    def single(self, runner: Runner) -> Sequence[Mutant]:
        """One per misconception and variant, but for those that cannot be loaded. Raises HarnessError."""
        made = [
            self._mutant(((misconception, variant),), runner)
            for misconception in self._assignment.misconceptions
            for variant in range(len(misconception.edits))
        ]
        return [mutant for mutant in made if mutant is not None]

    def both(self, one: Mutant, other: Mutant, runner: Runner) -> Mutant | None:
        """The reference with both mistakes; None when their edits do not go together. Raises HarnessError."""
        return self._mutant((*one.made, *other.made), runner)

    def without(self, mutant: Mutant, number: int, runner: Runner) -> Happened:
        """What a mutant would have returned without one of its mistakes. Raises HarnessError."""
        rest = tuple(each for index, each in enumerate(mutant.made) if index != number)
        mended = self._mutant(rest, runner) if rest else None
        return self.right(runner) if mended is None else mended.happened

    def _mutant(self, made: Made, runner: Runner) -> Mutant | None:
        right = self.right(runner)
        name = tuple((misconception.id, variant) for misconception, variant in made)
        with self._lock:
            if name not in self._known:
                self._known[name] = self._run(made, right, runner)
            return self._known[name]

    def _run(self, made: Made, right: Happened, runner: Runner) -> Mutant | None:
        source = mutated(self.source, [known.edits[variant] for known, variant in made])
        happened = None if source is None else self.happened(source, runner)
        return None if happened is None else Mutant(made, happened, telling(happened, right))

    def _happened(self, submission: Submission, runner: Runner) -> Happened | None:
        """Every run of every case, under the reference's own choice of each convention."""
        session = runner.open(submission, self._wanted, self._limits, None)
        try:
            if not isinstance(session.loaded, Loaded) or session.loaded.fatal is not None:
                return None
            own = {
                (case.id, choice): (case.id, reference_choice(self._assignment, choice))
                for case in self._cases
                for choice in case.readings
            }
            readings = {(case.id, choice): case.readings[choice] for case in self._cases for choice in case.readings}
            needed = list(dict.fromkeys(own.values()))
            outcomes = iter(session.run([run for place in needed for run in readings[place].runs.values()]))
            happened = {place: {name: next(outcomes) for name in readings[place].runs} for place in needed}
            return {place: happened[mine] for place, mine in own.items()}
        finally:
            session.close()
