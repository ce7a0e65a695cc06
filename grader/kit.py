"""What a student gets of a closed assignment: its public cases with their expected values, and nothing else of it.

A kit stands in a spec's place wherever a submission is graded. It is one JSON file (`kit_format`), which is read here;
`kit_making` writes it. Further runs that a property needs are made again from a case's own, as they are from a spec.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import numpy as np
from pydantic import ValidationError

from grader import wire
from grader.cases import Case, CaseFault, Reading, with_checks
from grader.checks import AGAINST_EXPECTED, WELL_FORMED, Layout
from grader.compare import Tolerance
from grader.conventions import Choice
from grader.errors import SpecError, UsageError
from grader.kit_format import FORMAT, MAX_BYTES, KitCase, KitFile, KitLayout, KitReading
from grader.model import Array, Run
from grader.spec import Assignment, Convention, Dates, Function, Group, LimitsSpec
from grader.spec import Choice as SpecChoice
from grader.steps import needed_names

MOST_TOLD = 5
"""Problems of one kit: it is no file that people write."""

MOST_MADE = 2**26
"""Numbers that a check's further run may come to: it puts a row of weights in the place of each row of an input."""

Expected = Mapping[tuple[str, Choice], Mapping[str, Array]]


@dataclass(frozen=True)
class Kit:
    """A kit that was read. Its assignment has the public groups only; `reference` and misconceptions it has none."""

    assignment: Assignment
    path: Path
    sha256: str
    """The spec's that it was made from."""
    cases: tuple[Case, ...]
    expected: Expected
    hidden_points: Fraction
    scope: Literal["all", "public"]


def load_kit(path: Path) -> Kit:
    """Raises SpecError with what is wrong in it, UsageError when the file cannot be read."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path}: the kit cannot be read ({error.strerror})") from None
    if len(data) > MAX_BYTES:
        raise SpecError((f"{path}: the file is larger than {MAX_BYTES:,} bytes: it is no kit",))
    return parse_kit(data, path)


def parse_kit(data: bytes, path: Path) -> Kit:
    """A kit from the bytes of its file. Raises SpecError."""
    try:
        fields = wire.STRICT.decode(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise SpecError((f"{path}: this is no kit, or a damaged one: {_short(str(error))}",)) from None
    if not isinstance(fields, dict) or fields.get("format") != FORMAT:
        said = fields.get("format") if isinstance(fields, dict) else None
        other = isinstance(said, str) and said.startswith("grader.kit/")
        why = "was made by another version of the grader: install that one" if other else "is no kit of an assignment"
        raise SpecError((f"{path}: the file {why} (its `format` is not {FORMAT})",))
    try:
        file = KitFile.model_validate(fields)
    except ValidationError as error:
        raise _damaged(path, [f"{_dotted(e['loc'])}: {e['msg']}" for e in error.errors(include_url=False)]) from None
    if wrong := list(_faults(file)):
        raise _damaged(path, wrong)
    try:
        assignment = _assignment(file)
        cases = tuple(_case(file, case) for case in file.cases)
    except (CaseFault, ValidationError) as error:
        raise _damaged(path, [str(error)]) from None
    expected: dict[tuple[str, Choice], Mapping[str, Array]] = {
        (case.id, tuple(reading.choice.items())): reading.expected
        for case in file.cases
        for reading in case.readings
        if reading.expected is not None
    }
    return Kit(assignment, path, file.spec_sha256, cases, expected, file.hidden_points, file.scope)


def _damaged(path: Path, problems: Sequence[str]) -> SpecError:
    more = [f"{path}: and {len(problems) - MOST_TOLD} more"] if len(problems) > MOST_TOLD else []
    told = [f"{path}: {_short(problem)}" for problem in problems[:MOST_TOLD]]
    return SpecError((f"{path}: the kit was changed or damaged: get it anew", *told, *more))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 200 else f"{line[:199]}…"


def _dotted(place: Sequence[str | int]) -> str:
    return ".".join(str(part) for part in place)


# --- what must go together -----------------------------------------------------------------------


def _faults(file: KitFile) -> Iterator[str]:
    """What no key can say alone. With none of these, grading finds all that it looks up."""
    groups = [group.id for group in file.groups]
    ids = [case.id for case in file.cases]
    yield from (f"groups: `{name}` stands twice" for name, count in Counter(groups).items() if count > 1)
    yield from (f"cases: `{name}` stands twice" for name, count in Counter(ids).items() if count > 1)
    for group in file.groups:
        if not any(case.group == group.id for case in file.cases):
            yield f"groups: `{group.id}` has no case"
        if group.implied_by is not None and (group.implied_by not in groups or group.implied_by == group.id):
            yield f"groups: `{group.id}` is implied by `{group.implied_by}`, which is no other group"
    if sum((group.points for group in file.groups), file.hidden_points) != file.points:
        yield "points: they are not the groups' and the hidden ones together"
    if file.scope == "all" and file.hidden_points:
        yield "scope: it is `all`, but points are hidden"
    for case in file.cases:
        yield from (f"case `{case.id}`: {fault}" for fault in _case_faults(file, case, groups))


def _case_faults(file: KitFile, case: KitCase, groups: Sequence[str]) -> Iterator[str]:
    if case.group not in groups or case.id.partition(".")[0] != case.group:
        yield f"there is no group `{case.group}`, or the case is not named after it"
    yield from (
        f"`{step.function}` is none of the functions" for step in case.steps if step.function not in file.functions
    )
    made = {target for step in case.steps for target in step.targets}
    yield from (f"`{name}` is observed, but no step gives it" for name in case.observe if name not in made)
    if len(set(case.observe)) < len(case.observe):
        yield "a name is observed twice"
    names = list(case.readings[0].choice)
    if names != [name for name in file.conventions if name in names]:
        yield "its choices are none of the conventions, in their order"
        return
    wanted = set(itertools.product(*([(name, choice) for choice in file.conventions[name]] for name in names)))
    if {tuple(reading.choice.items()) for reading in case.readings} != wanted or len(case.readings) != len(wanted):
        yield "it has not one reading for each choice"
    for reading in case.readings:
        yield from _reading_faults(case, reading)


def _reading_faults(case: KitCase, reading: KitReading) -> Iterator[str]:
    if set(reading.inputs) != set(needed_names(case.steps)):
        yield "its inputs are not those that the steps read"
    if reading.expected is not None and set(reading.expected) != set(case.observe):
        yield "its expected values are not those that are observed"
    if (reading.expected is None) != (case.readings[0].expected is None):
        yield "some readings have expected values, and others none"
    arrays = [value for value in reading.inputs.values() if isinstance(value, np.ndarray)]
    if case.checks and any(array.size * max(array.shape, default=0) > MOST_MADE for array in arrays):
        yield "its inputs are too large for its checks"
    if reading.expected is None and not case.checks:
        yield "it has nothing to look at"


# --- its parts, as those of a spec -----------------------------------------------------------------


def _assignment(file: KitFile) -> Assignment:
    return Assignment(
        assignment=file.assignment,
        title=file.title,
        points=file.points,
        reference="none",  # never read: an exam made of a kit has no reference
        dates=Dates(**dict(file.dates)),
        functions={name: Function(**dict(function)) for name, function in file.functions.items()},
        modules=file.modules,
        limits=LimitsSpec.model_construct(**dict(file.limits)),
        seed=file.seed,
        conventions={
            name: Convention(choices={choice: SpecChoice() for choice in choices})
            for name, choices in file.conventions.items()
        },
        groups=[Group(**dict(group)) for group in file.groups],
        hints=file.hints,
    )


def _case(file: KitFile, case: KitCase) -> Case:
    """Raises CaseFault."""
    has_values = case.readings[0].expected is not None
    compared = AGAINST_EXPECTED if has_values else WELL_FORMED
    path = ("groups", [group.id for group in file.groups].index(case.group))
    readings: dict[Choice, Reading] = {}
    for reading in case.readings:
        inputs: dict[str, Any] = {name: reading.inputs[name] for name in needed_names(case.steps)}
        run = Run(tuple(case.steps), inputs, tuple(case.observe))
        layout = _layout(reading.layout)
        runs = with_checks(run, layout, case.checks, len(compared), path)
        readings[tuple(reading.choice.items())] = Reading(runs, layout)
    return Case(
        id=case.id,
        group=case.group,
        title=case.title,
        visibility="public",
        checks=(*compared, *case.checks),
        expect="reference" if has_values else None,
        tolerance=Tolerance(case.tolerance.rtol, case.tolerance.atol),
        observe=tuple(case.observe),
        readings=readings,
        path=path,
    )


def _layout(layout: KitLayout) -> Layout:
    return Layout(
        inputs={name: tuple(dims) for name, dims in layout.inputs.items()},
        outputs={name: tuple(dims) for name, dims in layout.outputs.items()},
        shapes={name: tuple(dims) for name, dims in layout.shapes.items()},
        sizes=layout.sizes,
    )
