"""An assignment made ready: its cases for a seed, its answer key, the isolation in force."""

from __future__ import annotations

import hashlib
import platform
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Literal

import numpy as np

from grader import __version__
from grader.answer_key import AnswerKey, answer_key, build_answer_key
from grader.cases import Case, CaseFault, build_cases
from grader.errors import ReferenceFault, SpecError, UsageError, did_you_mean
from grader.intake import read_reference
from grader.kit import Kit
from grader.lineup import Lineup
from grader.model import Isolation, Submission
from grader.runner import Limits, Runner, Wanted
from grader.spec import Assignment
from grader.spec_loader import Spec

Scope = Literal["all", "public"]


@dataclass(frozen=True)
class Exam:
    """All that grading a submission needs besides the submission and a runner."""

    assignment: Assignment
    spec_sha256: str
    seed: int
    cases: tuple[Case, ...]
    key: AnswerKey
    isolation: Isolation
    scope: Scope = "all"
    lineup: Lineup | None = None
    """The reference's mutants; a kit, which has no reference, has none."""
    reference: Submission | None = None
    """The staff solution, to be run on further inputs."""
    left_out: Fraction = Fraction(0)
    """What hidden cases are worth that are not in `cases`, as in a kit."""
    chosen: frozenset[str] = frozenset()
    """Ids of the cases to look at; empty: all."""

    @cached_property
    def limits(self) -> Limits:
        """What a submission may use."""
        return limits_of(self.assignment)

    @cached_property
    def wanted(self) -> Wanted:
        """What a submission is searched for."""
        return wanted_of(self.assignment)

    @cached_property
    def cases_in_scope(self) -> tuple[Case, ...]:
        """All cases, or the public ones; of these the chosen ones."""
        shown = (case for case in self.cases if self.scope == "all" or case.visibility == "public")
        return tuple(case for case in shown if not self.chosen or case.id in self.chosen)

    @cached_property
    def hidden_points(self) -> Fraction:
        """What the cases are worth that this scope leaves out."""
        count = Counter(case.group for case in self.cases)
        hidden = Counter(case.group for case in self.cases if self.scope == "public" and case.visibility == "hidden")
        worth = {group.id: group.points for group in self.assignment.groups}
        return sum((worth[group] * n / count[group] for group, n in hidden.items()), self.left_out)

    def choose(self, names: Sequence[str]) -> Exam:
        """Only some cases, by their ids or their groups'. Raises UsageError."""
        chosen: set[str] = set()
        known = {case.id: case.id for case in self.cases_in_scope} | {c.group: c.group for c in self.cases_in_scope}
        for name in names:
            if name not in known:
                groups = ", ".join(dict.fromkeys(case.group for case in self.cases_in_scope))
                raise UsageError(f"there is no case or group `{name}`{did_you_mean(name, known)} (groups: {groups})")
            chosen.update(case.id for case in self.cases_in_scope if name in (case.id, case.group))
        return replace(self, chosen=frozenset(chosen))


def limits_of(assignment: Assignment) -> Limits:
    """The spec's limits in seconds and bytes."""
    said = assignment.limits
    return Limits(said.import_, said.case, said.submission, int(said.memory))


def wanted_of(assignment: Assignment) -> Wanted:
    """The assignment's functions with all their names, and the modules that it allows."""
    functions = {name: (name, *function.aliases) for name, function in assignment.functions.items()}
    return Wanted(functions, tuple(assignment.modules))


def fingerprint(spec: Spec | Kit, seed: int | None) -> str:
    """What results depend on besides the submission: they are out of date when it changes. Raises ReferenceFault."""
    used = spec.assignment.seed if seed is None else seed
    told = [__version__, platform.python_version(), np.__version__, spec.sha256, str(used)]
    if isinstance(spec, Spec):
        told.append(_reference(spec).sha256)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:32]


def _reference(spec: Spec) -> Submission:
    reference = read_reference(spec.reference)
    if reference.problem or reference.unreadable:
        raise ReferenceFault(f"{spec.path}: its reference: {reference.problem or reference.unreadable}")
    return reference


def prepare(spec: Spec | Kit, seed: int | None, scope: Scope, runner: Runner) -> Exam:
    """Build the cases and run the reference once. A kit has cases and values, and a scope and a seed of its own.

    Raises UsageError, SpecError, ReferenceFault, HarnessError.
    """
    if isinstance(spec, Kit):
        return _from_kit(spec, seed, runner)
    assignment = spec.assignment
    used = assignment.seed if seed is None else seed
    try:
        cases = build_cases(assignment, used)
    except CaseFault as fault:  # the spec was read with its own seed, and other seeds draw other sizes
        raise SpecError((f"{spec.path}: with seed {used}: {fault.message}",)) from None
    reference = _reference(spec)
    key = build_answer_key(assignment, cases, reference, runner, wanted_of(assignment), limits_of(assignment))
    if all(case.visibility == "public" for case in cases):
        scope = "all"  # nothing is hidden: a self-check sees all there is
    lineup = Lineup(assignment, cases, reference, wanted_of(assignment), limits_of(assignment))
    return Exam(assignment, spec.sha256, used, cases, key, runner.isolation(), scope, lineup, reference)


def _from_kit(kit: Kit, seed: int | None, runner: Runner) -> Exam:
    own = kit.assignment.seed
    if seed is not None and seed != own:
        raise UsageError(
            f"{kit.path}: the values in a kit are those of one seed: leave the seed {seed} out, or say {own}"
        )
    key = answer_key(kit.cases, kit.expected)
    isolation = runner.isolation()
    return Exam(kit.assignment, kit.sha256, own, kit.cases, key, isolation, kit.scope, left_out=kit.hidden_points)
