"""The checks against expected values, in the order in which they are made: type, shape, dtype, finite, values.

The first that objects ends the series: what comes after it would only say the same in other words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from grader.checks.base import Check, Seen, number, shown
from grader.compare import Difference, agree, difference
from grader.model import Array, Finding, Value

KIND_NAMES = {
    "b": "booleans",
    "i": "whole numbers",
    "u": "whole numbers",
    "f": "floats",
    "c": "complex numbers",
}


class TypeCheck(Check):
    """Every observed value is a numpy array (a number where a number is expected); never a list, None …"""

    NAME = "type"

    def find(self, seen: Seen) -> Finding:
        for name in seen.observe:
            value = seen.values[name]
            message = _several(name, value, seen) or self._message(name, value, seen.expected.get(name))
            if message:
                return self.failed(message, name)
        return self.passed()

    def _message(self, name: str, value: Value, expected: Array | None) -> str:
        if value.kind == "too_large":
            return f"`{name}` is far too large to be the answer"
        if value.kind == "none":
            return f"`{name}` is None: the function does not return anything (is a `return` missing?)"
        one_number = expected is not None and expected.ndim == 0
        if value.kind == "scalar" and value.array is not None and one_number:
            return ""
        if value.kind == "array":
            return "" if value.array is not None else f"`{name}` is an array of objects, not of numbers"
        wanted = "a number" if one_number else "a numpy array"
        if value.kind in ("list", "tuple") and value.array is not None:
            return f"`{name}` is a {value.kind}; expected {wanted}"
        return f"`{name}` is of type {value.type_name}; expected {wanted}"


def _several(name: str, value: Value, seen: Seen) -> str:
    """What to say of a `return output, weights` where one value is asked for."""
    count = re.search(r" of (\d{1,9})$", value.type_name) if value.kind == "tuple" else None
    if count is None or count[1] == "1":
        return ""
    steps = reversed(seen.runs[""].steps)
    function = next((step.function for step in steps if name in step.targets), "the function")
    return f"{function} returned {count[1]} values; expected one, `{name}`"


class ShapeCheck(Check):
    """Every observed array has the shape of the expected one, or that of the spec's `shapes`; nothing is broadcast."""

    NAME = "shape"

    def find(self, seen: Seen) -> Finding:
        for name in seen.observe:
            got, expected = seen.values[name].array, seen.expected.get(name)
            wanted = expected.shape if expected is not None else seen.layout.shapes.get(name)
            if got is not None and wanted is not None and got.shape != wanted:
                symbols = seen.layout.outputs.get(name)
                words = f" = ({', '.join(symbols)})" if symbols else ""
                return self.failed(f"`{name}` has shape {shown(got.shape)}; expected {shown(wanted)}{words}", name)
        return self.passed()


class DtypeCheck(Check):
    """Every observed array holds the expected kind of number; its width is free."""

    NAME = "dtype"

    def find(self, seen: Seen) -> Finding:
        for name, expected in seen.expected.items():
            got = seen.values[name].array
            if got is None or self._fits(got.dtype.kind, expected.dtype.kind):
                continue
            kinds = KIND_NAMES[got.dtype.kind], KIND_NAMES[expected.dtype.kind]
            hint = "; were the fractions cut off?" if got.dtype.kind in "iu" and expected.dtype.kind in "fc" else ""
            return self.failed(f"`{name}` holds {kinds[0]} ({got.dtype}); expected {kinds[1]}{hint}", name)
        return self.passed()

    def _fits(self, got: str, expected: str) -> bool:
        return got == expected or (expected in "iu" and got in "iuf")


class FiniteCheck(Check):
    """No NaN and no infinity where the expected values have none."""

    NAME = "finite"

    def find(self, seen: Seen) -> Finding:
        for name in seen.observe:
            got, expected = seen.values[name].array, seen.expected.get(name)
            if got is None or got.dtype.kind not in "fc":
                continue
            bad = ~np.isfinite(got)
            if expected is not None:
                bad &= np.isfinite(expected)
            if bad.any():
                what = "NaN" if np.isnan(got[bad]).any() else "infinity"
                count = f"{int(bad.sum())} of {got.size} values"
                return self.failed(f"`{name}` has {what} in {count}", name)
        return self.passed()


class ValuesCheck(Check):
    """Every entry is as expected, within the tolerance."""

    NAME = "values"

    def find(self, seen: Seen) -> Finding:
        for name, expected in seen.expected.items():
            got = seen.values[name].array
            if got is None:
                continue
            found = difference(got, expected, seen.tolerance)
            if found is not None:
                return self.failed(describe(name, found), place(name, found))
        return self.passed()


def place(name: str, found: Difference) -> str:
    """Where the difference is greatest, `output[1, 0]`."""
    return f"{name}[{', '.join(map(str, found.at))}]" if found.at else name


def describe(name: str, found: Difference, expected: str = "expected") -> str:
    """A difference as a sentence."""
    return (
        f"{found.count} of {found.size} values of `{name}` differ; the largest difference is "
        f"{number(found.absolute)} at {place(name, found)}: got {number(found.got)}, {expected} "
        f"{number(found.expected)} (allowed: {number(found.allowed)})"
    )


AGAINST_EXPECTED: tuple[Check, ...] = (
    TypeCheck(),
    ShapeCheck(),
    DtypeCheck(),
    FiniteCheck(),
    ValuesCheck(),
)
"""What a case with expected values looks at, in order."""

WELL_FORMED: tuple[Check, ...] = (TypeCheck(), ShapeCheck(), FiniteCheck())
"""What every property looks at first: an empty array, or one of NaN, has most of them."""

RIGHT = tuple(check.passed() for check in AGAINST_EXPECTED)
"""What the checks against expected values find when there is nothing to find."""


def plainly_right(returned: Mapping[str, Value], expected: Mapping[str, Array], allowed: Mapping[str, Array]) -> bool:
    """The fast way to know that `AGAINST_EXPECTED` would all pass; False says nothing. Pure."""
    for name, right in expected.items():
        got = returned[name]
        if got.kind != "array" or got.array is None or got.array.dtype.kind != "f" or right.dtype.kind != "f":
            return False
        if got.array.shape != right.shape or not agree(got.array, right, allowed[name]):
            return False
    return True
