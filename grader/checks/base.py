"""What every check has: a name, the further runs that it needs, and what it finds in what came back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np

from grader.compare import Tolerance
from grader.inputs import Strict
from grader.model import Array, Finding, Run, Value


@dataclass(frozen=True)
class Layout:
    """What the spec says of a case's arrays: the symbolic dimensions of inputs and observed values.

    `inputs["X"] == ("n", "d_model")`; a name that the spec gives no shape for is missing.
    """

    inputs: Mapping[str, tuple[str, ...]]
    outputs: Mapping[str, tuple[str, ...]]
    shapes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """The shapes of `outputs` in numbers."""
    sizes: Mapping[str, int | float] = field(default_factory=dict)
    """The sizes that were drawn, and the numbers that a convention names."""

    def axes(self, dims: tuple[str, ...], size: str) -> tuple[int, ...]:
        """Where a size stands in a shape."""
        return tuple(axis for axis, name in enumerate(dims) if name == size)


@dataclass(frozen=True)
class Seen:
    """All that a check may look at. `returned` holds the values of each run by name; "" is the case's own run."""

    returned: Mapping[str, Mapping[str, Value]]
    runs: Mapping[str, Run]
    observe: tuple[str, ...]
    layout: Layout
    tolerance: Tolerance
    expected: Mapping[str, Array] = field(default_factory=dict)

    @property
    def values(self) -> Mapping[str, Value]:
        """What the case's own run returned."""
        return self.returned[""]


class CheckError(ValueError):
    """A check that cannot be made of this case: it names an input that is not there … A spec's fault."""


class Check(Strict):
    """One thing to look at. `NAME` is the key by which a spec asks for it; fields are its parameters."""

    NAME: ClassVar[str]

    def runs(self, run: Run, layout: Layout) -> Mapping[str, Run]:
        """Further runs that the check needs, by a name of its own. Raises CheckError."""
        return {}

    def find(self, seen: Seen) -> Finding:
        """Look. The arrays of `seen` have passed `type` and `finite` where the check compares numbers."""
        raise NotImplementedError

    def passed(self) -> Finding:
        """The finding of a check that has nothing to object to."""
        return Finding(self.NAME, True)

    def failed(self, message: str, where: str | None = None) -> Finding:
        """A finding with a sentence that says what, where and by how much."""
        return Finding(self.NAME, False, message, where)


def array_input(run: Run, name: str) -> Array:
    """An input of a run that must be an array. Raises CheckError."""
    value = run.inputs.get(name)
    if not isinstance(value, np.ndarray):
        there = ", ".join(run.inputs) or "none"
        raise CheckError(f"`{name}` is no array among this case's inputs ({there})")
    return value


def with_inputs(run: Run, **changed: Array) -> Run:
    """The same steps on other inputs."""
    return replace(run, inputs={**run.inputs, **changed})


def token_rows(run: Run, name: str) -> Array:
    """An input that holds a row for each token: two dimensions or more, none of size 0. Raises CheckError."""
    array = array_input(run, name)
    if array.ndim < 2 or array.size == 0:
        raise CheckError(f"`{name}` has shape {shown(array.shape)}: two dimensions or more are needed, none of size 0")
    return array


def shown(shape: tuple[int, ...]) -> str:
    """A shape as people write it, `(2, 5)`."""
    return "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"


def number(value: complex | float) -> str:
    """A number for a sentence: six digits."""
    return f"{value:.6g}"
