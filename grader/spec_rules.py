"""What the keys of a spec must have to do with one another: points that add up, names that exist.

Every rule yields (path, sentence) for all that it finds, so that an author sees all of it at once. What a case
needs of its steps, inputs and sizes is in `case_rules.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from fractions import Fraction

from grader.case_rules import Fault, Lineage, Path, case_faults, formulas, lineages_of, part_faults
from grader.errors import did_you_mean
from grader.spec import Assignment, Convention, Group, PerTime


def faults(assignment: Assignment) -> Iterator[Fault]:
    """All that is wrong with a spec whose keys are right each by itself."""
    lineages = list(lineages_of(assignment))
    yield from _points(assignment)
    yield from _dates(assignment)
    yield from _functions(assignment)
    yield from _implied(assignment)
    yield from _conventions(assignment, lineages)
    yield from _misconceptions(assignment)
    yield from _twice([group.id for group in assignment.groups], ("groups",), "group")
    for index, group in enumerate(assignment.groups):
        yield from _group(group, ("groups", index))
    yield from part_faults(assignment, lineages)
    for lineage in lineages:
        yield from case_faults(lineage)


def _points(assignment: Assignment) -> Iterator[Fault]:
    total = sum((group.points for group in assignment.groups), Fraction())
    if total != assignment.points:
        path = "points" if "points" in assignment.model_fields_set else "groups"
        sums = f"{float(total):.10g}, not to {float(assignment.points):.10g}"
        yield (path,), f"the groups' points add up to {sums}"


def _dates(assignment: Assignment) -> Iterator[Fault]:
    dates = assignment.dates
    for key, moment in (("released", dates.released), ("due", dates.due)):
        is_local = isinstance(moment, datetime) and moment.tzinfo is None
        if is_local and "zone" not in dates.model_fields_set:
            sentence = "a time needs its zone: 2024-05-17T18:00+02:00 (or Z), or beside it `zone: Europe/Berlin`"
            yield ("dates", key), sentence
    if type(dates.due) is date and dates.late != "none" and "zone" not in dates.model_fields_set:
        yield ("dates", "due"), "when this day ends must be said where being late costs points: `zone: Europe/Berlin`"
    released, due = (
        moment.date() if isinstance(moment, datetime) else moment for moment in (dates.released, dates.due)
    )
    if isinstance(released, date) and isinstance(due, date) and due < released:
        yield ("dates", "due"), "it is due before it is released"
    for key in ("grace", "late"):
        if due is None and key in dates.model_fields_set:
            yield ("dates", key), f"`{key}` counts from `due`, which is missing"
    if isinstance(dates.late, PerTime) and (dates.late.per_day is None) is (dates.late.per_hour is None):
        yield ("dates", "late"), "give either `per_day` or `per_hour`, such as {per_day: 10%, most: 50%}"


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


def _conventions(assignment: Assignment, lineages: Sequence[Lineage]) -> Iterator[Fault]:
    used = {name for lineage in lineages for step in lineage.steps for name in step.reads}
    for lineage in lineages:
        for part in lineage.parts:
            used |= {name for _, formula in formulas([part.given, part.shapes], ()) for name in formula.names}
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


def _misconceptions(assignment: Assignment) -> Iterator[Fault]:
    groups = {group.id: group for group in assignment.groups}
    yield from _twice([known.id for known in assignment.misconceptions], ("misconceptions",), "misconception")
    for index, known in enumerate(assignment.misconceptions):
        for number, edit in enumerate(known.edits):
            if not edit.replace and not edit.define:
                place = ("misconceptions", index, *(("variants", number - 1) if number else ()))
                yield place, "it says neither what to `replace` in the reference nor what to `define`"
        if known.caught_by is not None and known.caught_by not in groups:
            hint = did_you_mean(known.caught_by, groups)
            yield ("misconceptions", index, "caught_by"), f"there is no group `{known.caught_by}`{hint}"


def _twice(names: Sequence[str], path: Path, what: str) -> Iterator[Fault]:
    for index, name in enumerate(names):
        if name in names[:index]:
            yield (*path, index, "id"), f"there is another {what} `{name}` above"


def _group(group: Group, path: Path) -> Iterator[Fault]:
    yield from _twice([case.id for case in group.cases], (*path, "cases"), "case")
    if group.cases and group.draw is not None and group.draw.count > 1:
        yield (*path, "draw", "count"), "cases that are written out are not drawn: leave out `count` or the cases"
    names = [check.NAME for check in group.checks]
    for index, name in enumerate(names):
        if not group.cases and group.expect is None and name in names[:index]:
            yield (*path, "checks", index), f"`{name}` is there twice, and each is a case: make two groups"
