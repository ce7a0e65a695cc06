"""What a case needs of the steps, inputs and sizes that it has or inherits; each fault where it is written.

A part (assignment, group, case) passes on what it says to those below it, so most rules look at a `Lineage`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel

from grader.cases import observed, steps_of
from grader.conventions import relevant
from grader.errors import did_you_mean
from grader.expressions import Expression
from grader.inputs import Generator, Literally
from grader.model import Step
from grader.spec import Assignment, CaseSpec, Draw, Group, Part
from grader.spec_fields import Size
from grader.steps import needed_names

Path = tuple[str | int, ...]
Fault = tuple[Path, str]
Given = Mapping[str, tuple[Generator | Literally, Path]]
"""Inputs by name, each with the place in the file where it is described."""


@dataclass(frozen=True)
class Lineage:
    """A case (or a group whose cases are drawn) and what it inherits from: nearest first, each with its place."""

    assignment: Assignment
    group: Group
    placed: tuple[tuple[Part, Path], ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        """Without their places."""
        return tuple(part for part, _ in self.placed)

    @property
    def path(self) -> Path:
        """Place of the case, or of the group."""
        return self.placed[0][1]

    @property
    def steps(self) -> tuple[Step, ...]:
        """What it runs."""
        return steps_of(*self.parts)

    @property
    def given(self) -> Given:
        """Every input that it has, its own before inherited ones."""
        return {
            name: (described, (*path, "given", name))
            for part, path in reversed(self.placed)
            for name, described in part.given.items()
        }


def lineages_of(assignment: Assignment) -> Iterator[Lineage]:
    """Of every case written out and every group whose cases are drawn."""
    for index, group in enumerate(assignment.groups):
        path: Path = ("groups", index)
        above: tuple[tuple[Part, Path], ...] = ((group, path), (assignment, ()))
        cases = [((case, (*path, "cases", number)), *above) for number, case in enumerate(group.cases)]
        yield from (Lineage(assignment, group, placed) for placed in cases or [above])


# --- what is written in one part -----------------------------------------------------------------


def part_faults(assignment: Assignment, lineages: Sequence[Lineage]) -> Iterator[Fault]:
    """Steps that call no function as it is, sizes that do not exist, inputs and shapes that nobody uses."""
    written = {path: part for lineage in lineages for part, path in lineage.placed}
    for path, part in written.items():
        below = [lineage for lineage in lineages if any(path == place for _, place in lineage.placed)]
        yield from _part(assignment, part, path, below)


def _part(assignment: Assignment, part: Part, path: Path, lineages: Sequence[Lineage]) -> Iterator[Fault]:
    """`lineages` are the cases for which the part counts."""
    for index, step in enumerate(part.steps):
        yield from (((*path, "steps", index), sentence) for sentence in _step(assignment, step))
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
        yield f"{_count(step.arguments, 'argument')} for {call}"
    if function.returns and len(function.returns) != len(step.targets):
        returns = ", ".join(function.returns)
        yield f"{_count(step.targets, 'name')} for what {step.function} returns: {returns}"


def _count(things: Sequence[object], word: str) -> str:
    return f"{len(things)} {word}{'s' * (len(things) != 1)}"


def _draw(draw: Draw, path: Path) -> Iterator[Fault]:
    known: list[str] = []
    for name, size in draw.sizes.items():
        yield from _undefined(size, (*path, "sizes", name), known, "no size `{}` is written before this one")
        known.append(name)
    yield from _undefined(draw.where, (*path, "where"), known, "there is no size `{}`")


# --- a case with all that it inherits ------------------------------------------------------------


def case_faults(lineage: Lineage) -> Iterator[Fault]:
    """A case that cannot run, or of which nothing is looked at."""
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
    written = next((place for part, place in lineage.placed if getattr(part, key, None)), path)
    for index, name in enumerate(names):
        if name not in targets:
            at = (*written, key, name if key == "expect" else index)
            yield at, f"`{name}` is looked at, but no step gives it{did_you_mean(name, targets)}"
    wrong = list(_inputs(lineage))
    yield from wrong or _sizes(lineage)


def _inputs(lineage: Lineage) -> Iterator[Fault]:
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


def _sizes(lineage: Lineage) -> Iterator[Fault]:
    given, assignment, group = lineage.given, lineage.assignment, lineage.group
    draw = group.draw or assignment.draw or Draw()
    shapes = {
        name: (shape, (*path, "shapes", name))
        for part, path in reversed(lineage.placed)
        for name, shape in part.shapes.items()
    }
    described = {name: generator for name, (generator, _) in given.items()}
    needed = needed_names(lineage.steps)
    conventions = relevant(assignment, needed, described, {name: shape for name, (shape, _) in shapes.items()})
    # Groups that share the assignment's draw share its mistakes: one sentence, told once.
    sentence = f"group `{group.id}` has no size `{{}}`" if group.draw is not None else "there is no size `{}`"
    known = list(draw.sizes)
    for convention in conventions:
        choices = assignment.conventions[convention].choices
        for word, choice in choices.items():
            yield from _undefined(choice.names, ("conventions", convention, "choices", word), draw.sizes, sentence)
        known += next(iter(choices.values())).names
    read = [name for name in needed if name in given]
    for name in read:
        read += [source for source in described[name].needs() if source not in read]
        yield from _undefined(*given[name], known, sentence)
    for shape, path in shapes.values():
        yield from _undefined(shape, path, known, sentence)


def _undefined(value: object, path: Path, known: Collection[str], sentence: str) -> Iterator[Fault]:
    """Sizes in formulas that are not known; `sentence` has a place for the name."""
    for at, formula in formulas(value, path):
        for name in sorted(formula.names - set(known)):
            hint = did_you_mean(name, known) or f"; defined are: {', '.join(known) or 'none'}"
            yield at, sentence.format(name) + hint


def formulas(value: object, path: Path) -> Iterator[tuple[Path, Expression]]:
    """Every formula in a value of a spec, with its place."""
    match value:
        case Expression():
            yield path, value
        case Size(formula=Expression() as formula):
            yield path, formula
        case Mapping():
            for key, inner in value.items():
                yield from formulas(inner, (*path, key))
        case list():
            for index, inner in enumerate(value):
                yield from formulas(inner, (*path, index))
        case BaseModel():
            yield from formulas(dict(value), path)
        case _:  # numbers, names, inputs written out: no formula
            pass
