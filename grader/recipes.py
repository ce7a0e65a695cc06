"""How further inputs of a case are made: which sizes and which arrays are free, and the runs that they give. Pure.

Inputs that a spec draws freely (normal, uniform, integers) can hold any numbers in their range; all others (masks,
sizes as numbers, arrays made from others …) are made as the spec says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from grader import conventions
from grader.cases import Case, Plan, plan_of
from grader.conventions import Choice
from grader.expressions import Environment, ExpressionError
from grader.inputs import Generator, Literally
from grader.inputs.base import Source, shape_of
from grader.inputs.drawn import Integers, Normal, Uniform
from grader.model import Array, Run
from grader.spec import Assignment, Draw
from grader.steps import needed_names

Sizes = Mapping[str, int]
Values = Mapping[str, Array]
"""The numbers of each free array, in a row."""

PLAIN = (0.0, 1.0, -1.0, 2.0, -2.0, 3.0)
"""Numbers that are easy to follow by hand, the easiest first."""
OF_A_RANGE = (0.0, 1.0, 0.5, 0.25, 0.75)
"""Where few of them are in an input's range: these parts of it."""
ENOUGH = 3
MOST_ENTRIES = 400
PLACE = "counterexample"


@dataclass(frozen=True)
class Recipe:
    """A case's inputs, free to be made anew under a submission's choice of conventions and the reference's own.

    Sizes and numbers that are no inputs of the case raise ExpressionError.
    """

    assignment: Assignment
    plan: Plan
    draw: Draw
    choice: Choice
    own: Choice
    seed: int

    @property
    def spans(self) -> Mapping[str, int]:
        """The greatest that each size may be which matters and follows from no other, in the spec's order."""
        spans = {}
        for name, size in self.draw.sizes.items():
            if name not in self._used:
                continue
            if size.span is not None:
                spans[name] = size.span[1]
            elif size.formula is not None and not size.formula.names:
                spans[name] = size.formula.size({})
        return spans

    @property
    def free(self) -> tuple[str, ...]:
        """Names of the arrays that may hold any numbers in their range."""
        return tuple(n for n in _all_given(self.plan) if isinstance(self.plan.given[n], Normal | Uniform | Integers))

    def sizes(self, chosen: Sequence[int]) -> Sizes:
        """All sizes, from those of `spans`."""
        sizes = dict(zip(self.spans, chosen, strict=True))
        for name, size in self.draw.sizes.items():
            if name in self._used and name not in sizes and size.formula is not None:
                sizes[name] = size.formula.size(sizes)
        return sizes

    @cached_property
    def _used(self) -> set[str]:
        """Sizes that the inputs are made of, or what they are computed from."""
        used = conventions.sizes_of(self.assignment, (*self.choice, *self.own))
        for name in _all_given(self.plan):
            used |= conventions.names_in(self.plan.given, name)
        for name, size in reversed(self.draw.sizes.items()):
            if name in used and size.formula is not None:
                used |= size.formula.names
        return used

    def counts(self, sizes: Sizes) -> Mapping[str, int]:
        """How many numbers each free array has."""
        mine, theirs = (self._counts(sizes, choice) for choice in (self.own, self.choice))
        if mine != theirs:  # readings of other sizes have no numbers in common
            raise ExpressionError("the reference reads these inputs in another size")
        if not all(theirs.values()) or sum(theirs.values()) > MOST_ENTRIES:
            raise ExpressionError("an array without numbers, or too many of them")
        return theirs

    def alphabet(self, name: str, sizes: Sizes) -> tuple[float, ...]:
        """The numbers to try in a free array, the easiest first; never less than one."""
        environment = self._environment(sizes, self.choice)
        match self.plan.given[name]:
            case Integers(low=low, high=high):
                least, most = int(low.number(environment)), int(high.number(environment))
                inside = tuple(v for v in PLAIN if least <= v <= most)
                return (
                    inside if len(inside) >= ENOUGH else tuple(float(v) for v in range(least, min(most, least + 4) + 1))
                )
            case Uniform(low=low, high=high):
                bottom, top = low.number(environment), high.number(environment)
                inside = tuple(v for v in PLAIN if bottom <= v <= top)
                return inside if len(inside) >= ENOUGH else tuple(bottom + (top - bottom) * part for part in OF_A_RANGE)
            case _:
                return PLAIN

    def drawn(self, sizes: Sizes, number: int) -> Values:
        """Numbers as the spec draws them, rounded to two digits behind the point."""
        built = self._built(sizes, self.choice, {}, number)
        return {name: np.round(np.ravel(built[name]), 2) for name in self.free}

    def runs(self, sizes: Sizes, values: Values) -> tuple[Run, Run]:
        """The submission's run, and the reference's."""
        theirs, mine = (self._run(self._built(sizes, choice, values)) for choice in (self.choice, self.own))
        return theirs, mine

    def _run(self, built: Mapping[str, Array | int | float | bool]) -> Run:
        inputs = {name: built[name] for name in needed_names(self.plan.steps)}
        return Run(self.plan.steps, inputs, self.plan.observe)

    def _environment(self, sizes: Sizes, choice: Choice) -> Environment:
        return {**sizes, **conventions.values_of(self.assignment, choice, sizes)}

    def _counts(self, sizes: Sizes, choice: Choice) -> dict[str, int]:
        environment = self._environment(sizes, choice)
        return {name: int(np.prod(self._shape(name, environment))) for name in self.free}

    def _shape(self, name: str, environment: Environment) -> tuple[int, ...]:
        given = self.plan.given[name]
        assert isinstance(given, Generator)
        return shape_of(getattr(given, given.KEY), environment)

    def _built(
        self, sizes: Sizes, choice: Choice, values: Values, number: int = 0
    ) -> dict[str, Array | int | float | bool]:
        """All inputs, and what they are made from; free arrays without values are drawn."""
        environment = self._environment(sizes, choice)
        built: dict[str, Array | int | float | bool] = {}
        for name in _all_given(self.plan):
            given = self.plan.given[name]
            source = Source(self.seed, PLACE, self.plan.id, number, name)
            if name in values:
                kind = np.int64 if isinstance(given, Integers) else getattr(given, "dtype", "float64")
                built[name] = values[name].reshape(self._shape(name, environment)).astype(kind)
                continue
            try:
                built[name] = given.build(environment, source, built)
            except (ValueError, IndexError, ArithmeticError) as error:  # numpy's own limits among them
                raise ExpressionError(str(error)) from None
        for name in needed_names(self.plan.steps):
            if name not in built:
                value = environment.get(name)
                if value is None or isinstance(value, tuple):
                    raise ExpressionError(f"`{name}` stands for no number")
                built[name] = value
        return built


def recipe_of(assignment: Assignment, case: Case, choice: Choice, own: Choice, seed: int) -> Recipe:
    """The recipe of a case; `own` is the reference's choice of conventions."""
    group = next(group for group in assignment.groups if group.id == case.group)
    return Recipe(assignment, plan_of(assignment, case), group.draw or assignment.draw or Draw(), choice, own, seed)


def is_written_out(assignment: Assignment, case: Case) -> bool:
    """Whether any of a case's inputs stands in the spec as numbers, which every example of it would show."""
    plan = plan_of(assignment, case)
    return any(isinstance(plan.given[name], Literally) for name in _all_given(plan))


def _all_given(plan: Plan) -> tuple[str, ...]:
    """The inputs that the steps need and those that they are made from, each after its sources."""

    def with_sources(names: Sequence[str]) -> Iterator[str]:
        for name in names:
            if name in plan.given:
                yield from with_sources(plan.given[name].needs())
                yield name

    return tuple(dict.fromkeys(with_sources(needed_names(plan.steps))))
