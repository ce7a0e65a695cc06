"""The checks against expected values, in the order in which they are made: type, shape, dtype, finite, values.

The first that objects ends the series: what comes after it would only say the same in other words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from grader.checks.base import Check, Seen, number, shown
from grader.checks.not_finite import cause_of
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
            message = _several(name, value, seen) or self._message(name, value, seen)
            if message:
                return self.failed(message, name)
        return self.passed()

    def _message(self, name: str, value: Value, seen: Seen) -> str:
        if value.kind == "too_large":
            return f"`{name}` is far too large to be the answer"
        if value.kind == "none":
            return f"`{name}` is None: {returned_nothing(_origin(name, seen), _remark(value))}"
        expected = seen.expected.get(name)
        one_number = expected is not None and expected.ndim == 0
        if value.kind == "scalar" and value.array is not None and one_number:
            return ""
        if value.kind == "array":
            return "" if value.array is not None else f"`{name}` is an array of objects, not of numbers"
        wanted = "a number" if one_number else "a numpy array"
        if value.kind in ("list", "tuple") and value.array is not None:
            return f"`{name}` is a {value.kind}; expected {wanted}" + (
                "" if one_number else _wrap(value, expected, seen)
            )
        kind = value.type_name.partition(" (")[0]
        return f"`{name}` is of type {kind}; expected {wanted}" + (f" ({HINTS[kind]})" if kind in HINTS else "")


HINTS = {
    "generator": "a `yield`, or round brackets around a `for`, makes values one by one; return them all in an array",
    "coroutine": "take `async` out",
    "dict": "return the array alone",
    "str": "return the numbers, not their text",
    "function": "a function is returned; call it, with (…)",
    "method": "a function is returned; call it, with (…)",
    "builtin_function_or_method": "a function is returned; call it, with (…)",
    "ellipsis": "the function is still to be written",
    "type": "a class is returned; make an object of it, with (…)",
}
"""Type of what was returned → what may have happened."""


def returned_nothing(function: str, remark: str) -> str:
    """That a function returned None, and why; `remark` as the worker makes it (`remarks.of_nothing`)."""
    if remark == "empty":
        return f"{function} is still to be written"
    if remark == "prints":
        return f"{function} prints, but returns nothing: end it with `return`"
    return f"{function} returned nothing (is a `return` missing?)"


def _wrap(value: Value, expected: Array | None, seen: Seen) -> str:
    """What to do with a list of numbers."""
    right = (
        expected is not None
        and value.array is not None
        and value.array.shape == expected.shape
        and difference(value.array, expected, seen.tolerance) is None
    )
    return (": the numbers in it are right" if right else "") + (", " if right else ": ") + "wrap it in np.array(…)"


def _remark(value: Value) -> str:
    """What the worker adds to a type's name, `NoneType (prints)`."""
    found = re.search(r" \((.+)\)$", value.type_name)
    return found[1] if found else ""


def _origin(name: str, seen: Seen) -> str:
    """The function that a value came from."""
    steps = reversed(seen.runs[""].steps)
    return next((step.function for step in steps if name in step.targets), "the function")


def _several(name: str, value: Value, seen: Seen) -> str:
    """What to say of a `return output, weights` where one value is asked for."""
    count = re.match(r"\w+ of (\d{1,9})\b", value.type_name) if value.kind == "tuple" else None
    if count is None or count[1] == "1":
        return ""
    return f"{_origin(name, seen)} returned {count[1]} values; expected one: return `{name}` alone"


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
                cause = cause_of(what, _remark(seen.values[name]))
                return self.failed(f"`{name}` has {what} in {count}{_rows(bad)}: {cause}", name)
        return self.passed()


def _rows(bad: Array) -> str:
    """Which rows are bad, where some are, and wholly."""
    if bad.ndim != 2 or bad.all() or not (bad.all(axis=1) == bad.any(axis=1)).all():
        return ""
    rows = [str(row) for row in np.flatnonzero(bad.any(axis=1))]
    return f" (row{'s' if len(rows) > 1 else ''} {', '.join(rows[:6])}{', …' if len(rows) > 6 else ''}, all of it)"


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
    values = f"got {number(found.got)}, {expected} {number(found.expected)} (allowed: {number(found.allowed)})"
    if found.size == 1:
        return f"the value of `{name}` differs by {number(found.absolute)}: {values}"
    differ = f"1 of {found.size} values of `{name}` differs" if found.count == 1 else ""
    differ = differ or f"{found.count} of {found.size} values of `{name}` differ"
    return f"{differ}; the largest difference is {number(found.absolute)} at {place(name, found)}: {values}"


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
