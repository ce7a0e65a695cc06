"""What every input generator has: its key in a spec, its shape, and `build` from sizes and seed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np
from pydantic import BaseModel, ConfigDict

from grader.expressions import Environment, Expression, ExpressionError
from grader.model import Array

GRID = 1024.0
MAX_ELEMENTS = 4_000_000
"""Within wire.MAX_EXTENT: an input that is observed comes back."""

Shape = list[Expression]
Built = Mapping[str, Array | int | float | bool]
"""The inputs made so far, for those that are derived from them."""


class Strict(BaseModel):
    """What all that is read from a spec has in common: unknown keys are errors, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Source:
    """Where a description gets its numbers: the seed's stream for this input of this case."""

    def __init__(self, seed: int, *place: str | int) -> None:
        digest = hashlib.sha256("/".join(map(str, (seed, *place))).encode()).digest()
        self.random = np.random.RandomState(np.frombuffer(digest, "<u4"))


def shape_of(shape: Shape, sizes: Environment) -> tuple[int, ...]:
    """Sizes as numbers; a name that stands for a list of sizes is flattened. Raises ExpressionError."""
    dims: list[int] = []
    for part in shape:
        value = part.value(sizes)
        dims += value if isinstance(value, tuple) else [part.size(sizes)]
    elements = 1
    for dim in dims:
        elements *= dim
    if elements > MAX_ELEMENTS:
        raise ExpressionError(f"an input of {elements:,} numbers; at most {MAX_ELEMENTS:,} are allowed")
    return tuple(dims)


def rounded(values: Array) -> Array:
    """To multiples of 2⁻¹⁰."""
    return np.asarray(np.round(values * GRID) / GRID)


class Generator(Strict):
    """A description of an input. `KEY` is the key by which a spec names it; that field holds the shape."""

    KEY: ClassVar[str]

    def needs(self) -> tuple[str, ...]:
        """Other inputs that this one is made from."""
        return ()

    def symbols(self, sources: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
        """The shape in the spec's words, from those of `needs()`; empty when there are none."""
        shape = getattr(self, self.KEY)
        return tuple(size.text for size in shape) if isinstance(shape, list) else ()

    def build(self, sizes: Environment, source: Source, built: Built) -> Array | int | float | bool:
        """The input. Raises ExpressionError."""
        raise NotImplementedError
