"""Two arrays agree, or where and by how much they do not.

An entry agrees when |got − expected| ≤ atol·max(1, scale) + rtol·|expected|, where scale is the largest
|expected| of the array: float32 errors grow with the numbers that are summed, not with the small entry that is
left of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grader.model import Array


def _wide(*arrays: Array) -> type[np.float64] | type[np.complex128]:
    """What to compare in: unsigned numbers wrap around, booleans have no difference, narrow floats overflow."""
    return np.complex128 if any(array.dtype.kind == "c" for array in arrays) else np.float64


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far a right solution in another style, order of summation or float width may be off."""

    rtol: float = 1e-5
    atol: float = 1e-6

    def allowed(self, expected: Array) -> Array:
        """The greatest difference that is allowed, entry by entry; 0 where an entry is not finite."""
        with np.errstate(over="ignore"):
            size = np.abs(expected.astype(_wide(expected)))
            finite = np.isfinite(size)
            scale = float(np.max(size, initial=1.0, where=finite))
            return np.where(finite, self.atol * max(1.0, scale) + self.rtol * np.where(finite, size, 0.0), 0.0)


@dataclass(frozen=True, slots=True)
class Difference:
    """How two arrays of one shape differ. `at` is the index of the greatest difference."""

    count: int
    size: int
    at: tuple[int, ...]
    got: complex | float
    expected: complex | float
    absolute: float
    allowed: float

    @property
    def share(self) -> float:
        """Of the entries, how many differ: 0 to 1."""
        return self.count / self.size


def agree(got: Array, expected: Array, allowed: Array) -> bool:
    """The fast answer for arrays of one shape that hold finite numbers."""
    with np.errstate(invalid="ignore", over="ignore"):
        return bool((np.abs(np.subtract(got, expected, dtype=_wide(got, expected))) <= allowed).all())


def difference(got: Array, expected: Array, tolerance: Tolerance) -> Difference | None:
    """None when all entries agree. Both must have one shape; NaN agrees with NaN, inf with the same inf."""
    allowed = tolerance.allowed(expected)
    wide = _wide(got, expected)
    with np.errstate(invalid="ignore", over="ignore"):
        off = np.abs(got.astype(wide) - expected.astype(wide))
        same = (got == expected) | (np.isnan(got) & np.isnan(expected))
        off = np.where(same, 0.0, np.where(np.isnan(off), np.inf, off))
        wrong = ~same & ~(off <= allowed)
    count = int(wrong.sum())
    if count == 0:
        return None
    flat = int(np.argmax(np.where(wrong, off, -1.0)))
    at = tuple(int(i) for i in np.unravel_index(flat, got.shape))
    number = complex if wide is np.complex128 else float
    return Difference(
        count=count,
        size=got.size,
        at=at,
        got=number(got[at]),
        expected=number(expected[at]),
        absolute=float(off[at]),
        allowed=float(allowed[at]),
    )
