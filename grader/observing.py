"""What came back, beside what was expected: what symptoms are looked for in. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

import numpy as np

from grader.cases import Case
from grader.conventions import Choice
from grader.diagnosis import Happened
from grader.exam import Exam
from grader.model import Array, Returned
from grader.symptoms import Observed


def observed(exam: Exam, happened: Happened, choices: Choice) -> list[Observed]:
    """All values that came back as arrays of real numbers in cases that have expected ones, right and wrong.

    Cases of groups worth nothing are left out while one of the others is wrong: they may have flaws of their own.
    """
    worth = {group.id for group in exam.assignment.groups if group.points}
    places = _places(exam, choices)
    seen = [
        (case.group in worth, replace(one, learned=_learned(places, one)))
        for case in exam.cases_in_scope
        for one in _of_case(exam, case, happened, choices)
    ]
    decisive = [one for counts, one in seen if counts]
    return decisive if any(one.wrong for one in decisive) else [one for _, one in seen]


def _of_case(exam: Exam, case: Case, happened: Happened, choices: Choice) -> Iterator[Observed]:
    choice = case.choice_among(choices)
    outcome = happened.get((case.id, choice), {}).get("")
    expected = exam.key.expected.get((case.id, choice), {})
    if not isinstance(outcome, Returned):
        return
    reading = case.readings[choice]
    inputs = reading.runs[""].inputs
    arrays = {name: value for name, value in inputs.items() if isinstance(value, np.ndarray) and _real(value)}
    numbers = {name: value for name, value in inputs.items() if isinstance(value, int | float)}
    sizes: Mapping[str, int | float] = {**numbers, **reading.layout.sizes}  # a student knows the arguments' names
    for name, right in expected.items():
        value = outcome.values.get(name)
        if value is None or value.kind not in ("array", "list", "tuple") or value.array is None:
            continue
        if _real(value.array) and _real(right):
            others = {other: array for other, array in expected.items() if other != name and _real(array)}
            dims = reading.layout.outputs.get(name, ())
            yield Observed(name, value.array, right, dims, sizes, case.tolerance, arrays, others)


Places = Mapping[str, Collection[tuple[str, int]]]
"""Name of a size → where it stands: an input, and the axis from its end."""


def _places(exam: Exam, choices: Choice) -> Places:
    """Where the sizes stand in the inputs of those cases that have names for them."""
    found: dict[str, set[tuple[str, int]]] = {}
    for case in exam.cases_in_scope:
        layout = case.readings[case.choice_among(choices)].layout
        for name, dims in layout.inputs.items():
            for axis, size in enumerate(dims):
                if size in layout.sizes:
                    found.setdefault(size, set()).add((name, axis - len(dims)))
    return found


def _learned(places: Places, one: Observed) -> dict[str, int]:
    """The sizes without a name in its own case, such as one with numbers written out: where all places agree."""
    found = {}
    for size, where in places.items():
        arrays = [(one.inputs[name], axis) for name, axis in where if name in one.inputs]
        numbers = {array.shape[axis] if array.ndim >= -axis else 0 for array, axis in arrays}
        if size not in one.sizes and len(numbers) == 1 and 0 not in numbers:
            found[size] = numbers.pop()
    return found


def _real(array: Array) -> bool:
    return array.dtype.kind in "fiu"
