"""Properties that attention has whatever the numbers are: no reference is needed to check them.

Each makes further runs on changed inputs and compares what comes back with what the change must do.
The spec's `shapes` and the symbolic shapes of its inputs tell which axis is which.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from grader.checks.base import Check, CheckError, Layout, Seen, array_input, number, shown, token_rows, with_inputs
from grader.checks.expected import describe
from grader.compare import difference
from grader.model import Array, Finding, Run

CHANGED = "changed"
"""The one further run that most properties make."""


class Property(Check):
    """A property with one further run; `must_be` says what that run has to return, given the first one's values."""

    def changed(self, run: Run, layout: Layout) -> Run:
        """The further run. Raises CheckError."""
        raise NotImplementedError

    def runs(self, run: Run, layout: Layout) -> Mapping[str, Run]:
        """The changed run."""
        return {CHANGED: self.changed(run, layout)}

    def must_be(self, name: str, first: Array, seen: Seen) -> Array:
        """The changed run's value, from the first run's."""
        return first

    def broken(self) -> str:
        """What it means when the property does not hold."""
        raise NotImplementedError

    def find(self, seen: Seen) -> Finding:
        """Compare the two runs."""
        for name in seen.observe:
            arrays = [values[name].array for values in seen.returned.values()]
            if any(array is None for array in arrays):
                return self.failed(f"{self.broken()}: `{name}` is no array of numbers", name)
            first, second = numbers(seen, "", name), numbers(seen, CHANGED, name)
            try:
                must = self.must_be(name, first, seen)
            except (ValueError, IndexError):  # the student's shape is none that the property can hold for
                return self.failed(f"{self.broken()}: `{name}` has shape {shown(first.shape)}", name)
            if must.shape != second.shape:
                shapes = f"`{name}` has shape {shown(second.shape)} instead of {shown(must.shape)}"
                return self.failed(f"{self.broken()}: {shapes}", name)
            found = difference(second, must, seen.tolerance)
            if found is not None:
                return self.failed(f"{self.broken()}: {describe(name, found, 'should be')}", name)
        return self.passed()


def numbers(seen: Seen, run: str, name: str) -> Array:
    """What a run returned under a name, where it is known to be an array."""
    return np.asarray(seen.returned[run][name].array)


def shapes_known(run: Run, layout: Layout) -> None:
    """Raises CheckError when the spec does not say which axis of an observed value is which."""
    for name in run.observe:
        if name not in layout.outputs:
            raise CheckError(f"say the `shapes:` of `{name}`")


def order_of(size: int) -> Array:
    """A fixed order of `size` things that leaves none in its place (rotation by about a third)."""
    return np.roll(np.arange(size), max(1, size // 3))


class TokenPermutation(Property):
    """Tokens in another order give the same outputs in that order: att(P·X) = P·att(X).

    Every input is permuted along each of its axes that has the size `along`, outputs likewise.
    Default: the second-to-last dimension of the first output's shape. Vaswani et al. 2017, section 3.5.
    """

    NAME = "token_permutation"
    along: str = ""

    def _size(self, layout: Layout) -> str:
        if self.along:
            return self.along
        dims = next(iter(layout.outputs.values()), ())
        if len(dims) < 2:
            raise CheckError("say `along: SIZE`, or the `shapes:` of the outputs")
        return dims[-2]

    def changed(self, run: Run, layout: Layout) -> Run:
        shapes_known(run, layout)
        size, permuted = self._size(layout), {}
        for name, dims in layout.inputs.items():
            array = run.inputs.get(name)
            for axis in layout.axes(dims, size):
                if isinstance(array, np.ndarray):
                    array = np.take(array, order_of(array.shape[axis]), axis=axis)
                    permuted[name] = array
        if not permuted:
            raise CheckError(f"no input has a dimension `{size}`")
        return with_inputs(run, **permuted)

    def must_be(self, name: str, first: Array, seen: Seen) -> Array:
        size = self._size(seen.layout)
        for axis in seen.layout.axes(seen.layout.outputs.get(name, ()), size):
            if axis < first.ndim:
                first = np.take(first, order_of(first.shape[axis]), axis=axis)
        return first

    def broken(self) -> str:
        return "with the tokens in another order, the outputs are not the same in that order"


class BatchIndependence(Property):
    """An item's output does not depend on the other items of its batch: the first item alone gives its own row."""

    NAME = "batch_independence"
    along: str = "batch"

    def changed(self, run: Run, layout: Layout) -> Run:
        shapes_known(run, layout)
        alone: dict[str, Array] = {}
        for name, dims in layout.inputs.items():
            for axis in layout.axes(dims, self.along):
                alone[name] = np.take(alone.get(name, array_input(run, name)), [0], axis=axis)
        if not alone:
            raise CheckError(f"no input has a dimension `{self.along}`")
        return with_inputs(run, **alone)

    def must_be(self, name: str, first: Array, seen: Seen) -> Array:
        for axis in seen.layout.axes(seen.layout.outputs.get(name, ()), self.along):
            if axis < first.ndim:
                first = np.take(first, [0], axis=axis)
        return first

    def broken(self) -> str:
        return "the first item of the batch alone gives another output than in the batch"


class ZeroPaddedKeys(Property):
    """Zeros appended to Q and K leave Q·Kᵀ alone but double d_k: att([Q 0], [K 0], V) = att(Q/√2, K, V).

    Pins the factor 1/√d_k without a reference.
    """

    NAME = "zero_padded_keys"
    query: str = "Q"
    key: str = "K"

    def runs(self, run: Run, layout: Layout) -> Mapping[str, Run]:
        query, key = array_input(run, self.query), array_input(run, self.key)
        padded = {self.query: _doubled(query), self.key: _doubled(key)}
        return {
            CHANGED: with_inputs(run, **padded),
            "scaled": with_inputs(run, **{self.query: query / np.sqrt(2.0)}),
        }

    def must_be(self, name: str, first: Array, seen: Seen) -> Array:
        return numbers(seen, "scaled", name)

    def broken(self) -> str:
        what = f"zeros appended to `{self.query}` and `{self.key}` do not act as dividing `{self.query}` by √2 does"
        return f"{what} (as they do when the scores are divided by √d_k)"


def _doubled(array: Array) -> Array:
    return np.concatenate([array, np.zeros_like(array)], axis=-1)


class ConstantValue(Property):
    """When all values are alike, every output is that value, whatever the weights: rows sum to one."""

    NAME = "constant_value"
    value: str = "V"

    def changed(self, run: Run, layout: Layout) -> Run:
        value = token_rows(run, self.value)
        return with_inputs(run, **{self.value: np.broadcast_to(value[..., :1, :], value.shape).copy()})

    def must_be(self, name: str, first: Array, seen: Seen) -> Array:
        alike = np.asarray(seen.runs[CHANGED].inputs[self.value])
        return np.broadcast_to(alike[..., :1, :], first.shape) if alike.shape[-1:] == first.shape[-1:] else alike

    def broken(self) -> str:
        return (
            f"with all rows of `{self.value}` alike, the output is not that row, as every weighted average of them is"
        )


class RowsSumToOne(Property):
    """With V the identity the output *is* the attention matrix: no negative entries, rows that sum to one."""

    NAME = "rows_sum_to_one"
    value: str = "V"

    def changed(self, run: Run, layout: Layout) -> Run:
        value = token_rows(run, self.value)
        tokens = value.shape[-2]
        eye = np.broadcast_to(np.eye(tokens), (*value.shape[:-1], tokens)).copy()
        return with_inputs(run, **{self.value: eye})

    def find(self, seen: Seen) -> Finding:
        for name in seen.observe:
            weights = seen.returned[CHANGED][name].array
            if weights is None or weights.ndim == 0 or weights.dtype.kind == "c":
                return self.failed(f"{self.broken()}: `{name}` is no array of numbers", name)
            if (weights < -seen.tolerance.atol).any():
                least = f"{number(weights.min())} is among the values of `{name}`"
                return self.failed(f"{self.alone()}: {least}, and no weight is negative", name)
            with np.errstate(all="ignore"):
                sums = weights.sum(axis=-1)
            found = difference(sums, np.ones_like(sums), seen.tolerance)
            if found is not None:
                return self.failed(f"{self.alone()}: a row of `{name}` sums to {number(found.got)} instead of 1", name)
        return self.passed()

    def alone(self) -> str:
        """What was done, and what must be seen then."""
        return f"with `{self.value}` the identity, the output is to be the attention weights"

    def broken(self) -> str:
        return f"with `{self.value}` the identity, the output is not the attention matrix"


class ConvexHull(Check):
    """Every output lies between the smallest and the largest value of its column of V."""

    NAME = "convex_hull"
    value: str = "V"

    def runs(self, run: Run, layout: Layout) -> Mapping[str, Run]:
        token_rows(run, self.value)
        return {}

    def find(self, seen: Seen) -> Finding:
        value = np.asarray(seen.runs[""].inputs[self.value])
        low, high = value.min(axis=-2, keepdims=True), value.max(axis=-2, keepdims=True)
        margin = seen.tolerance.atol + seen.tolerance.rtol * np.abs(value).max(initial=1.0)
        for name in seen.observe:
            output = seen.values[name].array
            if output is None or output.dtype.kind == "c" or not _has_rows_of(output, low):
                return self.failed(f"`{name}` has other columns than `{self.value}`", name)
            outside = ~((output >= low - margin) & (output <= high + margin))
            if outside.any():
                message = (
                    f"{int(outside.sum())} of {output.size} values of `{name}` lie outside the values of `{self.value}`"
                )
                return self.failed(message, name)
        return self.passed()


def _has_rows_of(output: Array, row: Array) -> bool:
    """Whether every row of the output has a row of V's limits beside it."""
    try:
        together = np.broadcast_shapes(output.shape, row.shape)
    except ValueError:
        return False
    return together == output.shape and output.shape[-1] == row.shape[-1]


class MaskedKeysIgnored(Property):
    """Keys and values that no query may look at have no influence on the output."""

    NAME = "masked_keys_ignored"
    mask: str = "mask"
    key: str = "K"
    value: str = "V"

    def changed(self, run: Run, layout: Layout) -> Run:
        mask = np.atleast_1d(array_input(run, self.mask)).astype(bool)
        hidden = np.asarray(~mask.any(axis=tuple(range(mask.ndim - 1))))
        if not hidden.any():
            raise CheckError(f"`{self.mask}` hides no key from all queries (use kind: padding)")
        other = {}
        for name in (self.key, self.value):
            array = token_rows(run, name)
            if array.shape[-2] != hidden.size:
                raise CheckError(f"`{name}` has {array.shape[-2]} rows, `{self.mask}` is for {hidden.size}")
            other[name] = np.where(hidden[:, None], array + 3, array)
        return with_inputs(run, **other)

    def broken(self) -> str:
        return "with other numbers in the keys and values that are masked for every query, the output is another one"
