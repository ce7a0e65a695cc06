"""Inputs that are drawn: normal, uniform, integers, one-hot, orthogonal, permutation, mask."""

from __future__ import annotations

from typing import Literal

import numpy as np

from grader.expressions import Environment, Expression, ExpressionError
from grader.inputs.base import Built, Generator, Shape, Source, rounded, shape_of
from grader.model import Array

FloatType = Literal["float64", "float32", "float16"]


class Normal(Generator):
    """Independent normal numbers: `{normal: [n, d], std: 1 / sqrt(d)}`."""

    KEY = "normal"
    normal: Shape
    mean: Expression = Expression.parse(0)
    std: Expression = Expression.parse(1)
    dtype: FloatType = "float64"

    def build(self, sizes: Environment, source: Source, built: Built) -> Array:
        drawn = source.random.standard_normal(shape_of(self.normal, sizes))
        return rounded(self.mean.number(sizes) + self.std.number(sizes) * drawn).astype(self.dtype)


class Uniform(Generator):
    """Independent numbers between `low` and `high`, as `np.random.rand` draws: `{uniform: [n, d]}`."""

    KEY = "uniform"
    uniform: Shape
    low: Expression = Expression.parse(0)
    high: Expression = Expression.parse(1)
    dtype: FloatType = "float64"

    def build(self, sizes: Environment, source: Source, built: Built) -> Array:
        low, high = self.low.number(sizes), self.high.number(sizes)
        drawn = source.random.random_sample(shape_of(self.uniform, sizes))
        return rounded(low + (high - low) * drawn).astype(self.dtype)


class Integers(Generator):
    """Whole numbers from `low` to `high`, both included, as int64: `{integers: [n, d], low: -3, high: 3}`."""

    KEY = "integers"
    integers: Shape
    low: Expression = Expression.parse(0)
    high: Expression = Expression.parse(9)

    def build(self, sizes: Environment, source: Source, built: Built) -> Array:
        low, high = _whole(self.low, sizes), _whole(self.high, sizes)
        if high < low:
            raise ExpressionError(f"integers from {low} to {high}: there are none")
        return np.asarray(source.random.randint(low, high + 1, shape_of(self.integers, sizes), dtype=np.int64))


def _whole(bound: Expression, sizes: Environment) -> int:
    value = bound.number(sizes)
    if value != int(value) or abs(value) > 2**53:
        raise ExpressionError(f"`{bound.text}` is {value:g}: a bound of integers is a whole number within ±2**53")
    return int(value)


class OneHot(Generator):
    """Rows with a single 1 at a drawn place: `{one_hot: [n, d]}`."""

    KEY = "one_hot"
    one_hot: Shape

    def build(self, sizes: Environment, source: Source, built: Built) -> Array:
        dims = shape_of(self.one_hot, sizes)
        if not dims or dims[-1] == 0:
            raise ExpressionError("one_hot needs a last dimension of at least 1")
        return np.asarray(np.eye(dims[-1])[source.random.randint(0, dims[-1], dims[:-1])])


class Orthogonal(Generator):
    """Orthonormal columns (to the rounding of 2⁻¹⁰): `{orthogonal: [d, d]}`, by Gram-Schmidt."""

    KEY = "orthogonal"
    orthogonal: Shape

    def build(self, sizes: Environment, source: Source, built: Built) -> Array:
        dims = shape_of(self.orthogonal, sizes)
        if len(dims) != 2 or dims[1] > dims[0]:
            raise ExpressionError("orthogonal needs two dimensions, the first not smaller than the second")
        columns: list[Array] = []
        for drawn in source.random.standard_normal(dims).T:
            column = drawn.copy()
            for earlier in columns:
                column -= (column @ earlier) * earlier
            columns.append(column / np.sqrt(column @ column))
        return rounded(np.array(columns).T.reshape(dims))


class Permutation(Generator):
    """A permutation matrix: `{permutation: [n, n]}`."""

    KEY = "permutation"
    permutation: Shape

    def build(self, sizes: Environment, source: Source, built: Built) -> Array:
        dims = shape_of(self.permutation, sizes)
        if len(dims) != 2 or dims[0] != dims[1]:
            raise ExpressionError("permutation needs two dimensions of one size")
        return np.asarray(np.eye(dims[0])[source.random.permutation(dims[0])])


class Mask(Generator):
    """True where a query may look at a key: `{mask: [n, n], kind: causal}`, or `random` (diagonal kept).

    `kind: padding` hides the last third of the keys. `values: number` gives 1.0 and 0.0 instead.
    """

    KEY = "mask"
    mask: Shape
    kind: Literal["causal", "random", "padding"] = "causal"
    values: Literal["bool", "number"] = "bool"

    def build(self, sizes: Environment, source: Source, built: Built) -> Array:
        dims = shape_of(self.mask, sizes)
        if len(dims) < 2:
            raise ExpressionError("mask needs two dimensions or more")
        rows, columns = dims[-2:]
        allowed: Array = np.tri(rows, columns, dtype=bool)
        if self.kind == "random":
            own = np.minimum(np.arange(rows), columns - 1)[:, None] == np.arange(columns)
            allowed = (source.random.random_sample((rows, columns)) < 0.5) | own
        elif self.kind == "padding":
            allowed = np.broadcast_to(np.arange(columns) < columns - columns // 3, (rows, columns))
        allowed = np.broadcast_to(allowed, dims).copy()
        return allowed if self.values == "bool" else allowed.astype(float)
