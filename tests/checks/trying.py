"""A check tried on plain functions, in this process: its runs are made, called, and what came back is looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from grader.checks import AGAINST_EXPECTED, WELL_FORMED, Check, Layout, Seen
from grader.compare import Tolerance
from grader.model import Array, Finding, Name, Run, Value
from grader.steps import parse_step
from grader.values import described_type

Function = Callable[..., Any]


@dataclass(frozen=True)
class Case:
    """A case: inputs, the shapes of inputs and outputs in words, and the step that is run."""

    inputs: Mapping[str, Any]
    layout: Layout
    step: str
    observe: tuple[str, ...] = ("output",)
    expected: Mapping[str, Array] = field(default_factory=dict)
    tolerance: Tolerance = field(default_factory=Tolerance)

    @property
    def run(self) -> Run:
        """The case's own run."""
        return Run((parse_step(self.step),), self.inputs, self.observe)


def value_of(returned: Any) -> Value:
    """What a worker makes of a returned object."""
    name = type(returned).__name__
    said = described_type(returned)
    if returned is None:
        return Value("none", name, None)
    if not isinstance(returned, np.ndarray | np.generic | bool | int | float | complex | list | tuple):
        return Value("other", name, None)
    try:
        array = np.asarray(returned)
    except ValueError:  # ragged
        return Value(name, said, None)
    kind = "array" if isinstance(returned, np.ndarray) else name if name in ("list", "tuple") else "scalar"
    return Value(kind, said, array if array.dtype.kind in "biufc" else None)


def execute(run: Run, function: Function) -> dict[str, Value]:
    """The run's steps, on copies of its inputs, with one function for all of them."""
    names: dict[str, Any] = {
        name: value.copy() if isinstance(value, np.ndarray) else value for name, value in run.inputs.items()
    }
    for step in run.steps:
        arguments = [names[a.id] if isinstance(a, Name) else a for a in step.arguments]
        returned = function(*arguments)
        names.update(zip(step.targets, returned if len(step.targets) > 1 else [returned], strict=True))
    return {name: value_of(names[name]) for name in run.observe}


def seen_by(check: Check, case: Case, function: Function) -> Seen:
    """All that a check looks at."""
    runs = {"": case.run, **check.runs(case.run, case.layout)}
    returned = {name: execute(run, function) for name, run in runs.items()}
    return Seen(returned, runs, case.observe, case.layout, case.tolerance, case.expected)


def series_before(check: Check) -> Sequence[Check]:
    """The checks that are made before this one."""
    if check in AGAINST_EXPECTED:
        return AGAINST_EXPECTED[: AGAINST_EXPECTED.index(check)]
    return WELL_FORMED


def findings(check: Check, case: Case, function: Function) -> list[Finding]:
    """What the checks before and the check itself find, up to the first that objects."""
    found = []
    for each in (*series_before(check), check):
        found.append(each.find(seen_by(each, case, function)))
        if not found[-1].passed:
            break
    return found


def finding(check: Check, case: Case, function: Function) -> Finding:
    """What this check finds; the checks before it must not object."""
    found = findings(check, case, function)
    assert all(each.passed for each in found[:-1])
    assert found[-1].check == check.NAME
    return found[-1]
