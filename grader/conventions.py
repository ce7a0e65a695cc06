"""The either/ors of a spec: which matter to a case, and what a choice stands for."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

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


def values_of(assignment: Assignment, choice: Choice, sizes: Environment) -> dict[str, int | float | tuple[int, ...]]:
    """What the names of all choices stand for. Raises ExpressionError."""
    return {name: choice_value(formula, sizes) for name, formula in _formulas(assignment, choice)}


def flattened(dims: Sequence[str], assignment: Assignment, choice: Choice) -> tuple[str, ...]:
    """A shape's words with every name that stands for a list of sizes replaced by those sizes."""
    lists = {
        name: [part.text for part in formula]
        for name, formula in _formulas(assignment, choice)
        if not isinstance(formula, Expression)
    }
    return tuple(part for dim in dims for part in lists.get(dim, [dim]))


def sizes_of(assignment: Assignment, choice: Choice) -> set[str]:
    """The sizes that the formulas of a choice use."""
    formulas = [formula for _, formula in _formulas(assignment, choice)]
    parts = [part for formula in formulas for part in ([formula] if isinstance(formula, Expression) else formula)]
    return {name for part in parts for name in part.names}


def _formulas(assignment: Assignment, choice: Choice) -> Iterator[tuple[str, Expression | list[Expression]]]:
    for convention, chosen in choice:
        yield from assignment.conventions[convention].choices[chosen].names.items()


def relevant(
    assignment: Assignment, needed: Sequence[str], given: Given, shapes: Mapping[str, Sequence[Expression]]
) -> list[str]:
    """The conventions that matter to a case: their names are its inputs, or stand in its shapes."""
    used: set[str] = set()
    for name in needed:
        used |= names_in(given, name) if name in given else {name}
    for shape in shapes.values():
        used |= {name for part in shape for name in part.names}
    return [
        name
        for name, convention in assignment.conventions.items()
        if any(used & choice.names.keys() for choice in convention.choices.values())
    ]


def names_in(given: Given, name: str) -> set[str]:
    """Sizes that an input's description uses, those of its sources included."""
    description = given[name]
    names = {size for expression in _expressions(description) for size in expression.names}
    for source in description.needs():
        names |= names_in(given, source)
    return names


def _expressions(description: Generator | Literally) -> Iterator[Expression]:
    if isinstance(description, Literally):
        return
    for _, value in description:
        if isinstance(value, Expression):
            yield value
        elif isinstance(value, list):
            yield from (part for part in value if isinstance(part, Expression))
