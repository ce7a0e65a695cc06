"""Inputs made from other inputs: permuted, padded, scaled."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader.expressions import Environment, Expression, ExpressionError
from grader.inputs.base import Built, Generator, Source
from grader.model import Array


class Permuted(Generator):
    """Another input with the entries along an axis in another, drawn order: `{permuted: X, axis: 0}`."""

    KEY = "permuted"
    permuted: str
    axis: int = -2

    def needs(self) -> tuple[str, ...]:
        return (self.permuted,)

    def symbols(self, sources: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
        return sources[0]

    def build(self, sizes: Environment, source: Source, built: Built) -> Array:
        array = np.asarray(built[self.permuted])
        if not -array.ndim <= self.axis < array.ndim:
            raise ExpressionError(f"`{self.permuted}` has no axis {self.axis}")
        return np.take(array, source.random.permutation(array.shape[self.axis]), axis=self.axis)


class Padded(Generator):
    """Another input with zeros appended along an axis: `{padded: Q, by: d_k}`."""

    KEY = "padded"
    padded: str
    by: Expression
    axis: int = -1

    def needs(self) -> tuple[str, ...]:
        return (self.padded,)

    def symbols(self, sources: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
        dims = list(sources[0])
        if -len(dims) <= self.axis < len(dims):
            dims[self.axis] = f"{dims[self.axis]} + {self.by.text}"
        return tuple(dims)

    def build(self, sizes: Environment, source: Source, built: Built) -> Array:
        array = np.asarray(built[self.padded])
        if not -array.ndim <= self.axis < array.ndim:
            raise ExpressionError(f"`{self.padded}` has no axis {self.axis}")
        widths = [(0, 0)] * array.ndim
        widths[self.axis] = (0, self.by.size(sizes))
        return np.pad(array, widths)


class Scaled(Generator):
    """Another input times a number, for large logits: `{scaled: Q, by: 1000}`."""

    KEY = "scaled"
    scaled: str
    by: Expression

    def needs(self) -> tuple[str, ...]:
        return (self.scaled,)

    def symbols(self, sources: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
        return sources[0]

    def build(self, sizes: Environment, source: Source, built: Built) -> Array:
        return np.asarray(np.asarray(built[self.scaled]) * self.by.number(sizes))
