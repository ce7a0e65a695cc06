"""What one key of a spec must have to do with another: names that exist, points that add up, steps that fit.

Every rule yields (path, sentence) for all that it finds, so that an author sees all of it at once.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence

from grader.cases import observed, steps_of
from grader.inputs import Generator, Literally
from grader.model import Step
from grader.spec import Assignment, CaseSpec, Group, Part
from grader.steps import needed_names

Path = tuple[str | int, ...]
Fault = tuple[Path, str]


def faults(assignment: Assignment) -> Iterator[Fault]:
    """All that is wrong with a spec whose keys are right each by itself."""
    yield from _points(assignment)
    yield from _implied(assignment)
    yield from _conventions(assignment)
    yield from _steps(assignment, assignment, ())
    yield from _twice([group.id for group in assignment.groups], ("groups",), "group")
    for index, group in enumerate(assignment.groups):
        path: Path = ("groups", index)
        yield from _steps(assignment, group, path)
        yield from _twice([case.id for case in group.cases], (*path, "cases"), "case")
        yield from _group(assignment, group, path)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean "points"?`, or nothing."""
    close = difflib.get_close_matches(word, list(known), 1, 0.6)
    return f"; did you mean `{close[0]}`?" if close else ""


def _points(assignment: Assignment) -> Iterator[Fault]:
    total = sum(group.points for group in assignment.groups)
    if total != assignment.points:
        yield (
            ("points",),
            f"the groups' points add up to {float(total):g}, not to {float(assignment.points):g}",
        )


def _implied(assignment: Assignment) -> Iterator[Fault]:
    groups = {group.id: group for group in assignment.groups}
    for index, group in enumerate(assignment.groups):
        if group.implied_by is None:
            continue
        path: Path = ("groups", index, "implied_by")
        other = groups.get(group.implied_by)
        if other is None:
            yield path, f"there is no group `{group.implied_by}`{did_you_mean(group.implied_by, groups)}"
        elif other.implied_by is not None or other is group:
            yield path, f"`{group.implied_by}` is itself implied; name a group that earns its own points"
        elif other.points == 0:
            yield path, f"`{group.implied_by}` has no points that could be earned"


def _conventions(assignment: Assignment) -> Iterator[Fault]:
    for name, convention in assignment.conventions.items():
        path: Path = ("conventions", name)
        if convention.reference is not None and convention.reference not in convention.choices:
            hint = did_you_mean(convention.reference, convention.choices)
            yield (*path, "reference"), f"there is no choice `{convention.reference}`{hint}"
        names = [set(choice.names) for choice in convention.choices.values()]
        if any(other != names[0] for other in names):
            yield (*path, "choices"), "every choice must give a value to the same names"


def _steps(assignment: Assignment, part: Part, path: Path) -> Iterator[Fault]:
    for index, step in enumerate(part.steps):
        at = (*path, "steps", index)
        function = assignment.functions.get(step.function)
        if function is None:
            hint = did_you_mean(step.function, assignment.functions)
            yield at, f"`{step.function}` is not among the assignment's functions{hint}"
            continue
        if len(step.arguments) != len(function.parameters):
            wanted = f"{step.function}({', '.join(function.parameters)})"
            yield at, f"{len(step.arguments)} arguments for {wanted}"
        if function.returns and len(function.returns) != len(step.targets):
            yield (
                at,
                f"{step.function} returns {len(function.returns)} values, the step names {len(step.targets)}",
            )


def _twice(names: Sequence[str], path: Path, what: str) -> Iterator[Fault]:
    for index, name in enumerate(names):
        if name in names[:index]:
            yield (*path, index, "id"), f"there is another {what} `{name}` above"


def _group(assignment: Assignment, group: Group, path: Path) -> Iterator[Fault]:
    if not group.cases:
        yield from _part(assignment, group, None, path)
    elif group.draw is not None and group.draw.count > 1:
        yield (*path, "draw"), "cases that are written out are not drawn: leave out `count` or the cases"
    for index, case in enumerate(group.cases):
        yield from _part(assignment, group, case, (*path, "cases", index))
    if group.cases:
        yield from _unused(group, [steps_of(case, group, assignment) for case in group.cases], path)


def _part(assignment: Assignment, group: Group, case: CaseSpec | None, path: Path) -> Iterator[Fault]:
    """A case, or a group whose cases are drawn."""
    parts: tuple[Part, ...] = (case, group, assignment) if case is not None else (group, assignment)
    steps = steps_of(*parts)
    if not steps:
        yield path, "there are no `steps`, neither here nor above"
        return
    expect = (case.expect if case is not None else None) or group.expect
    if expect is None and not group.checks and not (case is not None and case.checks):
        yield path, "nothing is looked at: say `expect: reference`, `expect: {name: values}` or `checks:`"
    given = {name: d for part in reversed(parts) for name, d in part.given.items()}
    yield from _inputs(assignment, given, steps, path)
    targets = {target for step in steps for target in step.targets}
    names = tuple(expect) if isinstance(expect, dict) else observed(*parts)
    for name in names:
        if name not in targets:
            yield path, f"`{name}` is looked at, but no step gives it{did_you_mean(name, targets)}"
    yield from _unused(parts[0], [steps], path)


def _inputs(
    assignment: Assignment, given: dict[str, Generator | Literally], steps: Sequence[Step], path: Path
) -> Iterator[Fault]:
    chosen = {name for c in assignment.conventions.values() for choice in c.choices.values() for name in choice.names}
    for name in needed_names(steps):
        if name not in given and name not in chosen:
            yield path, f"the steps need `{name}`, which `given` does not have{did_you_mean(name, given)}"
    for name in given:
        yield from _sources(given, name, path)


def _sources(given: dict[str, Generator | Literally], name: str, path: Path) -> Iterator[Fault]:
    seen, queue = {name}, list(given[name].needs())
    while queue:
        source = queue.pop()
        if source not in given:
            yield (*path, "given", name), f"`{source}` is not given{did_you_mean(source, given)}"
        elif source in seen:
            yield (*path, "given", name), f"`{name}` is made from itself"
        else:
            seen.add(source)
            queue += given[source].needs()


def _unused(part: Part, users: Sequence[Sequence[Step]], path: Path) -> Iterator[Fault]:
    """Inputs given right here that no step reads: most often a misspelt name."""
    needed = {name for steps in users for name in needed_names(steps)}
    needed |= {source for description in part.given.values() for source in description.needs()}
    for name in part.given:
        if name not in needed:
            yield (*path, "given", name), f"no step reads `{name}`{did_you_mean(name, needed)}"
