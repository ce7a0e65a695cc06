"""The either/ors of a spec: which matter to a case, and what a choice stands for."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from grader.checks import Layout
from grader.expressions import Environment, Expression
from grader.inputs import Generator, Literally
from grader.spec import Assignment

Choice = tuple[tuple[str, str], ...]
"""(convention, choice) for each convention that matters, in the spec's order."""

Given = Mapping[str, Generator | Literally]


def combinations(assignment: Assignment) -> list[Choice]:
    """Every way to read the conventions, in the spec's order."""
    named = [[(name, choice) for choice in c.choices] for name, c in assignment.conventions.items()]
    return list(itertools.product(*named))


def choice_value(formula: Expression | Sequence[Expression], sizes: Environment) -> int | float | tuple[int, ...]:
    """What a choice gives to one of its names. Raises ExpressionError."""
    if isinstance(formula, Expression):
        return formula.number(sizes)
    return tuple(part.size(sizes) for part in formula)


def flattened(layout: Layout, environment: Environment) -> Layout:
    """The layout with every name that stands for a list of sizes taken apart, so that axes count right."""

    def flat(dims: tuple[str, ...]) -> tuple[str, ...]:
        parts: list[str] = []
        for dim in dims:
            value = environment.get(dim)
            parts += [f"{dim}[{i}]" for i in range(len(value))] if isinstance(value, tuple) else [dim]
        return tuple(parts)

    return Layout(
        {name: flat(dims) for name, dims in layout.inputs.items()},
        {name: flat(dims) for name, dims in layout.outputs.items()},
    )


def relevant(
    assignment: Assignment, needed: Sequence[str], given: Given, shapes: Mapping[str, Sequence[Expression]]
) -> list[str]:
    """The conventions that matter to a case: their names are its inputs, or stand in its shapes."""
    used: set[str] = set()
    for name in needed:
        used |= _names_in(given, name) if name in given else {name}
    for shape in shapes.values():
        used |= {name for part in shape for name in part.names}
    return [
        name
        for name, convention in assignment.conventions.items()
        if any(used & choice.names.keys() for choice in convention.choices.values())
    ]


def _names_in(given: Given, name: str) -> set[str]:
    """Sizes that an input's description uses, those of its sources included."""
    description = given[name]
    names = {size for expression in _expressions(description) for size in expression.names}
    for source in description.needs():
        names |= _names_in(given, source)
    return names


def _expressions(description: Generator | Literally) -> Iterator[Expression]:
    if isinstance(description, Literally):
        return
    for _, value in description:
        if isinstance(value, Expression):
            yield value
        elif isinstance(value, list):
            yield from (part for part in value if isinstance(part, Expression))
