"""An assignment and a seed → its cases: steps, concrete inputs for every reading, checks and points.

Made once per spec and seed, in the judge. A case that depends on a convention has one set of runs per choice.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from grader import conventions
from grader.checks import AGAINST_EXPECTED, WELL_FORMED, Check, Layout
from grader.compare import Tolerance
from grader.conventions import Choice, Given
from grader.expressions import Environment, Expression, ExpressionError
from grader.inputs import Generator, Literally, build_all
from grader.inputs.base import Source, shape_of
from grader.model import Array, Run, Step
from grader.spec import Assignment, CaseSpec, Draw, Group, Part
from grader.steps import needed_names

MAX_DRAWS = 10_000


class CaseFault(Exception):
    """A case that cannot be built; `path` is the place in the spec."""

    def __init__(self, path: tuple[str | int, ...], message: str) -> None:
        super().__init__(message)
        self.path = path
        self.message = message


@dataclass(frozen=True)
class Reading:
    """What a case runs under one choice of conventions.

    `runs[""]` is its own run; `runs["6:changed"]` is the run that the check at position 6 calls "changed".
    """

    runs: Mapping[str, Run]
    layout: Layout

    @property
    def shapes(self) -> Mapping[str, tuple[int, ...]]:
        """The shapes that the spec says observed values have."""
        return self.layout.shapes


@dataclass(frozen=True)
class Case:
    """One case, ready to run. `readings` has one entry per choice of the conventions that matter to it."""

    id: str
    group: str
    title: str
    visibility: Literal["public", "hidden"]
    checks: tuple[Check, ...]
    expect: Literal["reference"] | Mapping[str, Array] | None
    tolerance: Tolerance
    observe: tuple[str, ...]
    readings: Mapping[Choice, Reading]
    path: tuple[str | int, ...]

    def choice_among(self, combination: Choice) -> Choice:
        """The part of a whole submission's choices that matters to this case."""
        if not combination:  # asked for each case, many times for each submission
            return combination
        relevant = {name for name, _ in next(iter(self.readings))}
        return tuple(pair for pair in combination if pair[0] in relevant)


@dataclass(frozen=True)
class Plan:
    """A part of the spec with all that it inherits."""

    id: str
    title: str
    path: tuple[str | int, ...]
    steps: tuple[Step, ...]
    observe: tuple[str, ...]
    given: Given
    shapes: Mapping[str, Sequence[Expression]]
    tolerance: Tolerance
    expect: Literal["reference"] | Mapping[str, Array] | None
    checks: tuple[Check, ...]


def build_cases(assignment: Assignment, seed: int) -> tuple[Case, ...]:
    """All cases in the spec's order. Raises CaseFault."""
    return tuple(
        case
        for index, group in enumerate(assignment.groups)
        for case in _group_cases(assignment, group, seed, ("groups", index))
    )


def plan_of(assignment: Assignment, case: Case) -> Plan:
    """The part of the spec that a case was made from."""
    _, index, *further = case.path
    group = assignment.groups[int(index)]
    return _plan(assignment, group, group.cases[int(further[1])] if further else None, case.path)


def steps_of(*parts: Part) -> tuple[Step, ...]:
    """The nearest steps; parts from the nearest to the farthest."""
    return next((tuple(part.steps) for part in parts if part.steps), ())


def observed(*parts: Part) -> tuple[str, ...]:
    """What is looked at: said beside the steps or nearer, else what the last step returns."""
    for part in parts:
        if part.observe:
            return tuple(part.observe)
        if part.steps:
            return part.steps[-1].targets
    return ()


# --- groups ----------------------------------------------------------------------------------


def _group_cases(assignment: Assignment, group: Group, seed: int, path: tuple[str | int, ...]) -> Iterator[Case]:
    draw = group.draw or assignment.draw or Draw()
    drawn_at = (*path, "draw") if group.draw is not None else ("draw",)
    for number in range(1 if group.cases else draw.count):
        sizes = _sizes(draw, seed, group.id, number, drawn_at)
        for plan in _plans(assignment, group, number, draw.count, path):
            yield _case(assignment, group, plan, sizes, seed, number)


def _plans(
    assignment: Assignment, group: Group, number: int, count: int, path: tuple[str | int, ...]
) -> Iterator[Plan]:
    if group.cases:
        for index, case in enumerate(group.cases):
            plan = _plan(assignment, group, case, (*path, "cases", index))
            yield replace(plan, id=f"{group.id}.{case.id}", title=case.title)
    elif group.expect is not None:
        plan = _plan(assignment, group, None, path)
        yield replace(plan, id=f"{group.id}.{number + 1}")
    else:
        plan = _plan(assignment, group, None, path)
        for index, check in enumerate(plan.checks):
            earlier = sum(other.NAME == check.NAME for other in plan.checks[:index])
            again = f"_{earlier + 1}" if earlier else ""
            suffix = f".{number + 1}" if count > 1 else ""
            yield replace(plan, id=f"{group.id}.{check.NAME}{again}{suffix}", checks=(check,))


def _plan(assignment: Assignment, group: Group, case: CaseSpec | None, path: tuple[str | int, ...]) -> Plan:
    parts: tuple[Part, ...] = (case, group, assignment) if case is not None else (group, assignment)
    given: dict[str, Generator | Literally] = {}
    shapes: dict[str, Sequence[Expression]] = {}
    for part in reversed(parts):
        given |= part.given
        shapes |= part.shapes
    expect = (case.expect if case is not None else None) or group.expect
    spec = next((part.tolerance for part in parts if part.tolerance is not None), None)
    return Plan(
        id=group.id,
        title="",
        path=path,
        steps=steps_of(*parts),
        observe=tuple(expect) if isinstance(expect, dict) else observed(*parts),
        given=given,
        shapes=shapes,
        tolerance=Tolerance(spec.rtol, spec.atol) if spec is not None else Tolerance(),
        expect=expect,
        checks=(*group.checks, *(case.checks if case is not None else ())),
    )


def _sizes(draw: Draw, seed: int, group: str, number: int, path: tuple[str | int, ...]) -> dict[str, int]:
    source = Source(seed, group, number, "sizes")
    for _ in range(MAX_DRAWS):
        sizes: dict[str, int] = {}
        at = path
        try:
            for name, size in draw.sizes.items():
                at = (*path, "sizes", name)
                if size.span is not None:
                    sizes[name] = int(source.random.randint(size.span[0], size.span[1] + 1))
                elif size.formula is not None:
                    sizes[name] = size.formula.size(sizes)
            at = (*path, "where")
            if all(condition.value(sizes) for condition in draw.where):
                return sizes
        except ExpressionError as error:
            raise CaseFault(at, str(error)) from None
    raise CaseFault((*path, "where"), f"in {MAX_DRAWS:,} draws no sizes fulfilled `where`")


# --- one case --------------------------------------------------------------------------------


def _case(assignment: Assignment, group: Group, plan: Plan, sizes: Mapping[str, int], seed: int, number: int) -> Case:
    names = conventions.relevant(assignment, needed_names(plan.steps), plan.given, plan.shapes)
    compared = AGAINST_EXPECTED if plan.expect is not None else WELL_FORMED
    readings: dict[Choice, Reading] = {}
    for choice in itertools.product(*([(n, c) for c in assignment.conventions[n].choices] for n in names)):
        try:
            readings[choice] = _reading(assignment, plan, choice, sizes, seed, (group.id, number))
        except ExpressionError as error:
            raise CaseFault(plan.path, str(error)) from None
    return Case(
        id=plan.id,
        group=group.id,
        title=plan.title,
        visibility=group.visibility,
        checks=(*compared, *plan.checks),
        expect=plan.expect,
        tolerance=plan.tolerance,
        observe=plan.observe,
        readings=readings,
        path=plan.path,
    )


def _reading(
    assignment: Assignment,
    plan: Plan,
    choice: Choice,
    sizes: Mapping[str, int],
    seed: int,
    place: tuple[str | int, ...],
) -> Reading:
    environment = {**sizes, **conventions.values_of(assignment, choice, sizes)}
    needed = needed_names(plan.steps)
    inputs = {name: _input(plan, name, environment, seed, place) for name in needed}
    layout = Layout(
        inputs={n: conventions.flattened(_symbols(plan.given, n), assignment, choice) for n in needed},
        outputs={n: conventions.flattened([e.text for e in s], assignment, choice) for n, s in plan.shapes.items()},
        shapes={n: shape_of(list(s), environment) for n, s in plan.shapes.items()},
        sizes={n: size for n, size in environment.items() if not isinstance(size, tuple)},
    )
    run = Run(plan.steps, inputs, plan.observe)
    first = len(AGAINST_EXPECTED if plan.expect is not None else WELL_FORMED)
    return Reading(with_checks(run, layout, plan.checks, first, plan.path), layout)


def with_checks(
    run: Run, layout: Layout, checks: Sequence[Check], first: int, path: tuple[str | int, ...]
) -> dict[str, Run]:
    """A case's own run and those that its further checks need; these stand from position `first`. Raises CaseFault."""
    runs = {"": run}
    for index, check in enumerate(checks, first):
        try:
            runs |= {f"{index}:{name}": further for name, further in check.runs(run, layout).items()}
        except (ValueError, IndexError) as error:  # also numpy's own, on inputs of a rank that no check expects
            sentence = f"the check `{check.NAME}` cannot be made of this case: {error}"
            raise CaseFault((*path, "checks"), sentence) from None
    return runs


def _input(
    plan: Plan, name: str, environment: Environment, seed: int, place: tuple[str | int, ...]
) -> Array | int | float | bool:
    if name in plan.given:
        try:
            return build_all(plan.given, [name], environment, seed, place)[name]
        except (ValueError, ArithmeticError) as error:  # numpy has limits of its own
            raise CaseFault((*plan.path, "given", name), f"`{name}` cannot be made: {error}") from None
    value = environment.get(name)
    if value is None or isinstance(value, tuple):
        raise CaseFault(plan.path, f"the steps need `{name}`, which is no input and stands for no number")
    return value


def _symbols(given: Given, name: str) -> tuple[str, ...]:
    """An input's shape in the spec's words; empty when it has none."""
    if name not in given:
        return ()
    return given[name].symbols([_symbols(given, source) for source in given[name].needs()])
