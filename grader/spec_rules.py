"""What one key of a spec must have to do with another: names that exist, points that add up, steps that fit.

Every rule yields (path, sentence) for all that it finds, so that an author sees all of it at once.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from pydantic import BaseModel

from grader.cases import observed, steps_of
from grader.expressions import Expression
from grader.inputs import Generator, Literally
from grader.model import Step
from grader.spec import Assignment, CaseSpec, Convention, Draw, Group, Part
from grader.spec_fields import Size
from grader.steps import needed_names

Path = tuple[str | int, ...]
Fault = tuple[Path, str]
Given = Mapping[str, tuple[Generator | Literally, Path]]
"""Inputs by name, each with the place in the file where it is described."""


@dataclass(frozen=True)
class _Lineage:
    """A case (or a group whose cases are drawn) and what it inherits from: nearest first, each with its place."""

    assignment: Assignment
    group: Group
    placed: tuple[tuple[Part, Path], ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(part for part, _ in self.placed)

    @property
    def path(self) -> Path:
        return self.placed[0][1]

    @property
    def steps(self) -> tuple[Step, ...]:
        return steps_of(*self.parts)

    @property
    def given(self) -> Given:
        return {
            name: (described, (*path, "given", name))
            for part, path in reversed(self.placed)
            for name, described in part.given.items()
        }


def faults(assignment: Assignment) -> Iterator[Fault]:
    """All that is wrong with a spec whose keys are right each by itself."""
    yield from dict.fromkeys(_all(assignment))  # groups that inherit one mistake tell it once


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean "points"?`, or nothing."""
    close = difflib.get_close_matches(word, list(known), 1, 0.6)
    return f"; did you mean `{close[0]}`?" if close else ""


def _all(assignment: Assignment) -> Iterator[Fault]:
    lineages = list(_lineages(assignment))
    yield from _points(assignment)
    yield from _dates(assignment)
    yield from _functions(assignment)
    yield from _implied(assignment)
    yield from _conventions(assignment, lineages)
    yield from _twice([group.id for group in assignment.groups], ("groups",), "group")
    for index, group in enumerate(assignment.groups):
        yield from _group(group, ("groups", index))
    for lineage in lineages:
        yield from _case(lineage)
    for part, path in {id(part): (part, path) for lin in lineages for part, path in lin.placed}.values():
        yield from _part(assignment, part, path, [lin for lin in lineages if any(part is p for p in lin.parts)])


def _lineages(assignment: Assignment) -> Iterator[_Lineage]:
    for index, group in enumerate(assignment.groups):
        path: Path = ("groups", index)
        above: tuple[tuple[Part, Path], ...] = ((group, path), (assignment, ()))
        cases = [((case, (*path, "cases", number)), *above) for number, case in enumerate(group.cases)]
        yield from (_Lineage(assignment, group, placed) for placed in cases or [above])


# --- the assignment ----------------------------------------------------------------------------


def _points(assignment: Assignment) -> Iterator[Fault]:
    total = sum((group.points for group in assignment.groups), Fraction())
    if total != assignment.points:
        path = "points" if "points" in assignment.model_fields_set else "groups"
        sums = f"{float(total):.10g}, not to {float(assignment.points):.10g}"
        yield (path,), f"the groups' points add up to {sums}"


def _dates(assignment: Assignment) -> Iterator[Fault]:
    released, due = (
        moment.date() if isinstance(moment, datetime) else moment
        for moment in (assignment.dates.released, assignment.dates.due)
    )
    if isinstance(released, date) and isinstance(due, date) and due < released:
        yield ("dates", "due"), "it is due before it is released"


def _functions(assignment: Assignment) -> Iterator[Fault]:
    names = {name: f"`{name}` is a function of its own" for name in assignment.functions}
    for name, function in assignment.functions.items():
        for index, alias in enumerate(function.aliases):
            if alias in names:
                yield ("functions", name, "aliases", index), names[alias]
            names[alias] = f"`{alias}` is already an alias of `{name}`"
        for index, parameter in enumerate(function.parameters):
            if parameter in function.parameters[:index]:
                yield ("functions", name, "parameters", index), f"there are two parameters `{parameter}`"


def _implied(assignment: Assignment) -> Iterator[Fault]:
    groups = {group.id: group for group in assignment.groups}
    for index, group in enumerate(assignment.groups):
        if group.implied_by is None:
            continue
        path: Path = ("groups", index, "implied_by")
        other = groups.get(group.implied_by)
        if other is None:
            yield path, f"there is no group `{group.implied_by}`{did_you_mean(group.implied_by, groups)}"
        elif other is group:
            yield path, "a group cannot imply itself: name another one"
        elif other.implied_by is not None:
            yield path, f"`{group.implied_by}` is itself implied: name a group that earns its own points"
        elif other.points == 0:
            yield path, f"`{group.implied_by}` has no points that could be earned"


def _conventions(assignment: Assignment, lineages: Sequence[_Lineage]) -> Iterator[Fault]:
    used = {name for lineage in lineages for step in lineage.steps for name in step.reads}
    for lineage in lineages:
        for part in lineage.parts:
            used |= {name for _, formula in _formulas([part.given, part.shapes], ()) for name in formula.names}
    earlier: dict[str, str] = {}
    for word, convention in assignment.conventions.items():
        yield from _choices(convention, ("conventions", word), used, earlier)
        earlier |= {name: word for choice in convention.choices.values() for name in choice.names}


def _choices(convention: Convention, path: Path, used: set[str], earlier: Mapping[str, str]) -> Iterator[Fault]:
    choices = convention.choices
    if convention.reference is not None and convention.reference not in choices:
        hint = did_you_mean(convention.reference, choices) or f"; there are: {', '.join(choices)}"
        yield (*path, "reference"), f"there is no choice `{convention.reference}`{hint}"
    names = {name: None for choice in choices.values() for name in choice.names}
    if not names:
        yield (*path, "choices"), "the choices give no name a value, such as factor: {scale: 1 / sqrt(d)}"
    for word, choice in choices.items():
        at = (*path, "choices", word)
        for name in names:
            if name not in choice.names:
                yield at, f"`{word}` gives `{name}` no value, as another choice does"
            elif name not in used:
                yield (*at, name), f"no step, input or shape uses `{name}`{did_you_mean(name, used)}"
            elif name in earlier:
                yield (*at, name), f"`{name}` has its values from the convention `{earlier[name]}` already"


def _twice(names: Sequence[str], path: Path, what: str) -> Iterator[Fault]:
    for index, name in enumerate(names):
        if name in names[:index]:
            yield (*path, index, "id"), f"there is another {what} `{name}` above"


# --- what is written in one part -----------------------------------------------------------------


def _group(group: Group, path: Path) -> Iterator[Fault]:
    yield from _twice([case.id for case in group.cases], (*path, "cases"), "case")
    if group.cases and group.draw is not None and group.draw.count > 1:
        yield (*path, "draw", "count"), "cases that are written out are not drawn: leave out `count` or the cases"
    names = [check.NAME for check in group.checks]
    for index, name in enumerate(names):
        if not group.cases and group.expect is None and name in names[:index]:
            yield (*path, "checks", index), f"`{name}` is there twice, and each is a case: make two groups"


def _part(assignment: Assignment, part: Part, path: Path, lineages: Sequence[_Lineage]) -> Iterator[Fault]:
    """`lineages` are the cases for which the part counts."""
    for index, step in enumerate(part.steps):
        yield from ((((*path, "steps", index)), sentence) for sentence in _step(assignment, step))
    draw = part.draw if isinstance(part, Assignment | Group) else None
    if draw is not None:
        yield from _draw(draw, (*path, "draw"))
    needed = {name for lineage in lineages for name in needed_names(lineage.steps)}
    described = [description for lineage in lineages for description, _ in lineage.given.values()]
    needed |= {source for description in described for source in description.needs()}
    for name in part.given:
        if name not in needed:
            yield (*path, "given", name), f"no step reads `{name}`{did_you_mean(name, needed)}"
    made = {target for lineage in lineages for step in lineage.steps for target in step.targets}
    for name in part.shapes:
        if name not in made:
            yield (*path, "shapes", name), f"no step gives `{name}`{did_you_mean(name, made)}"


def _step(assignment: Assignment, step: Step) -> Iterator[str]:
    function = assignment.functions.get(step.function)
    if function is None:
        hint = did_you_mean(step.function, assignment.functions)
        yield f"`{step.function}` is not among the assignment's functions{hint}"
        return
    if len(step.arguments) != len(function.parameters):
        call = f"{step.function}({', '.join(function.parameters)})"
        yield f"the step passes {_count(step.arguments, 'argument')}, but it is {call}"
    if function.returns and len(function.returns) != len(step.targets):
        returns = ", ".join(function.returns)
        yield f"the step names {_count(step.targets, 'value')}, but {step.function} returns {returns}"


def _count(things: Sequence[object], word: str) -> str:
    return f"{len(things)} {word}{'s' * (len(things) != 1)}"


def _draw(draw: Draw, path: Path) -> Iterator[Fault]:
    known: list[str] = []
    for name, size in draw.sizes.items():
        yield from _undefined(size, (*path, "sizes", name), known, "no size `{}` is defined before this one")
        known.append(name)
    yield from _undefined(draw.where, (*path, "where"), known, "there is no size `{}`")


# --- a case with all that it inherits ------------------------------------------------------------


def _case(lineage: _Lineage) -> Iterator[Fault]:
    steps, parts, path = lineage.steps, lineage.parts, lineage.path
    if not steps:
        yield path, "there are no `steps`, neither here nor above"
        return
    said = [part for part in parts if isinstance(part, CaseSpec | Group)]
    expect = next((part.expect for part in said if part.expect is not None), None)
    if expect is None and not any(part.checks for part in said):
        yield path, "nothing is looked at: say `expect: reference`, `expect: {name: values}` or `checks:`"
    targets = {target for step in steps for target in step.targets}
    key, names = ("expect", tuple(expect)) if isinstance(expect, dict) else ("observe", observed(*parts))
    for name in names:
        if name not in targets:
            at = (*path, key, name if key == "expect" else names.index(name))
            yield at, f"`{name}` is looked at, but no step gives it{did_you_mean(name, targets)}"
    wrong = list(_inputs(lineage))
    yield from wrong or _sizes(lineage)


def _inputs(lineage: _Lineage) -> Iterator[Fault]:
    given = lineage.given
    chosen = [choice.names for said in lineage.assignment.conventions.values() for choice in said.choices.values()]
    for name in needed_names(lineage.steps):
        if name in given:
            yield from _sources(given, name)
        elif any(isinstance(names.get(name), list) for names in chosen):
            yield lineage.path, f"`{name}` stands for a list of sizes; a step cannot pass it"
        elif not any(name in names for names in chosen):
            hint = did_you_mean(name, given)
            yield (*lineage.path, "given"), f"the steps need `{name}`, which `given` does not have{hint}"


def _sources(given: Given, name: str) -> Iterator[Fault]:
    (described, path), seen = given[name], {name}
    queue = list(described.needs())
    while queue:
        source = queue.pop()
        if source not in given:
            yield path, f"`{source}` is not given{did_you_mean(source, given)}"
        elif source in seen:
            yield path, f"`{name}` is made from itself"
        else:
            seen.add(source)
            queue += given[source][0].needs()


def _sizes(lineage: _Lineage) -> Iterator[Fault]:
    """Sizes that inputs and shapes use and nobody defines."""
    draw = lineage.group.draw or lineage.assignment.draw or Draw()
    chosen = [choice.names for said in lineage.assignment.conventions.values() for choice in said.choices.values()]
    known = [*draw.sizes, *(name for names in chosen for name in names)]
    sentence = "the size `{}` is not defined: say it under `draw: {{sizes: …}}`"
    for name in needed_names(lineage.steps):
        if name in lineage.given:
            description, path = lineage.given[name]
            yield from _undefined(description, path, known, sentence)
    for part, path in lineage.placed:
        if part.shapes:
            yield from _undefined(part.shapes, (*path, "shapes"), known, sentence)
            break


# --- formulas ------------------------------------------------------------------------------------


def _formulas(thing: object, path: Path) -> Iterator[tuple[Path, Expression]]:
    """Every formula in a part of a spec, with its place."""
    match thing:
        case Expression():
            yield path, thing
        case Size():
            yield from _formulas(thing.formula, path)
        case BaseModel():
            for name, value in thing:
                yield from _formulas(value, (*path, name))
        case dict():
            for key, value in thing.items():
                yield from _formulas(value, (*path, key))
        case list():
            for index, value in enumerate(thing):
                yield from _formulas(value, (*path, index))
        case _:
            return


def _undefined(thing: object, path: Path, known: Sequence[str], sentence: str) -> Iterator[Fault]:
    for at, formula in _formulas(thing, path):
        for name in sorted(formula.names.difference(known)):
            yield at, sentence.format(name) + did_you_mean(name, known)
