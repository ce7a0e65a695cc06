"""What every symptom is looked for in: wrong observations of one value, and what holds in all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from grader.compare import Tolerance, difference
from grader.model import Array

LARGEST = 4_000
"""Entries of an observation that are compared part by part; larger ones are compared as a whole only."""


@dataclass(frozen=True, eq=False)
class Observed:
    """A value that came back in a case, and what was expected; both hold real numbers.

    `dims` are the symbolic dimensions of what was expected, () where they are not known; `sizes` has the numbers that
    names stand for in this case; `inputs` and `others` are arrays of the case that may have come back instead.
    """

    name: str
    got: Array
    expected: Array
    dims: tuple[str, ...] = ()
    sizes: Mapping[str, int | float] = field(default_factory=dict)
    tolerance: Tolerance = field(default_factory=Tolerance)
    inputs: Mapping[str, Array] = field(default_factory=dict)
    others: Mapping[str, Array] = field(default_factory=dict)
    """What was expected of the other observed values."""
    learned: Mapping[str, int] = field(default_factory=dict)
    """Sizes that other cases have a name for, as this case's inputs have them."""

    @cached_property
    def wrong(self) -> bool:
        """Whether it differs in shape or in values."""
        return self.got.shape != self.expected.shape or difference(self.got, self.expected, self.tolerance) is not None


class Wrong:
    """A wrong observation, made ready to be compared in many ways."""

    def __init__(self, seen: Observed) -> None:
        self.seen = seen
        self.got: Array = np.asarray(seen.got, dtype=np.float64)
        self.expected: Array = np.asarray(seen.expected, dtype=np.float64)
        self.same_shape = self.got.shape == self.expected.shape
        self.scale = float(np.abs(self.expected).max(initial=0.0))
        self.slack = seen.tolerance.atol * max(1.0, self.scale)
        """The difference that is allowed where 0 is expected."""
        self.finite = bool(np.isfinite(self.got).all())

    def alike(self, got: Array, other: Array) -> bool:
        """Whether arrays that broadcast agree within the tolerance of this observation."""
        return bool((np.abs(got - other) <= self.slack + self.seen.tolerance.rtol * np.abs(other)).all())

    def matches(self, got: Array, other: Array) -> Array:
        """Which rows agree: (k, m) and (n, m) → booleans (k, n)."""
        off = np.abs(got[:, None] - other[None])
        return np.asarray((off <= self.slack + self.seen.tolerance.rtol * np.abs(other)[None]).all(axis=-1))

    @cached_property
    def lively(self) -> bool:
        """Whether what is expected can tell anything: a few numbers, clearly unlike each other and 0."""
        if self.expected.size < 4 or not np.isfinite(self.expected).all():
            return False
        values = np.sort(self.expected, axis=None)
        return int((np.diff(values) > 100 * self.slack).sum()) >= 3


Group = Sequence[Wrong]
"""All wrong observations of one name that hold finite numbers."""
Clauses = Sequence[str]
"""What may be said, the most telling first; each is read after "In `output`, "."""


def common(group: Group, ask: Callable[[Wrong], Clauses | None]) -> list[str]:
    """The clauses that hold in all observations; `ask` gives None for one of which nothing can be said.

    Plain observations can only refute: nothing is said on their word alone.
    """
    found: list[str] | None = None
    evidence = False
    for one in group:
        said = ask(one)
        if said is None:
            continue
        found = list(said) if found is None else [clause for clause in found if clause in said]
        if not found:
            return []
        evidence = evidence or one.lively
    return found if found and evidence else []


def shared_sizes(group: Group) -> dict[str, tuple[int | float, ...]]:
    """The names that stand for a number in every observation, with those numbers."""
    first = group[0].seen.sizes
    names = [name for name in first if all(name in one.seen.sizes for one in group)]
    return {name: tuple(one.seen.sizes[name] for one in group) for name in names}


def named_sizes(group: Group) -> dict[str, tuple[int | float, ...]]:
    """`shared_sizes`, quoted, and with those after them that some observations have by the shapes of their inputs."""
    known = [{**one.seen.learned, **one.seen.sizes} for one in group]
    names = dict.fromkeys([*shared_sizes(group), *(name for sizes in known for name in sizes)])
    return {f"`{name}`": tuple(sizes[name] for sizes in known) for name in names if all(name in s for s in known)}


def input_sizes(group: Group) -> list[tuple[str, str, tuple[int, ...]]]:
    """What can be counted in the inputs of every observation: a kind, words for it, the numbers.

    Of inputs that always agree the first is there.
    """
    found: dict[tuple[str, tuple[int, ...]], str] = {}
    for name in group[0].seen.inputs:
        arrays = [one.seen.inputs.get(name) for one in group]
        for axis, kind in ((-1, "columns"), (-2, "rows")):
            sizes = tuple(array.shape[axis] for array in arrays if array is not None and array.ndim >= 2)
            if len(sizes) < len(group):
                continue
            found.setdefault((kind, sizes), f"the number of {kind} of `{name}`")
            for number, counts in shared_sizes(group).items() if kind == "columns" else ():
                if all(isinstance(n, int) and n > 0 and size % n == 0 for n, size in zip(counts, sizes, strict=True)):
                    parts = tuple(size // int(n) for n, size in zip(counts, sizes, strict=True))
                    found.setdefault((f"{kind} / {number}", parts), f"(the number of {kind} of `{name}` / `{number}`)")
    return [(kind, words, sizes) for (kind, sizes), words in found.items()]


def shared_dims(group: Group) -> tuple[str, ...]:
    """The names that the dimensions have in all observations, "" where they differ; () when they are not known."""
    depths = {one.expected.ndim for one in group}
    known = [one.seen.dims for one in group if one.seen.dims]
    if not known or any(len(one.seen.dims or known[0]) != one.expected.ndim for one in group) or len(depths) > 1:
        return ()
    return tuple(names[0] if len(set(names)) == 1 else "" for names in zip(*known, strict=True))


def by_input(group: Group, ask: Callable[[Wrong, Array], str]) -> list[str]:
    """Clauses on inputs, each held against the observations that have an input of its name; `ask` has {} for it."""
    found = []
    for name in dict.fromkeys(name for one in group for name in one.seen.inputs):

        def asked(one: Wrong, name: str = name) -> Clauses | None:
            array = one.seen.inputs.get(name)
            if array is None:
                return None
            said = ask(one, array)
            return [said.format(f"`{name}`")] if said else []

        found += common(group, asked)
    return found
