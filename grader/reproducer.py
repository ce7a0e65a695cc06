"""A counterexample as a few lines of Python that a student can paste below their code or run beside it. Pure."""

from __future__ import annotations

import keyword
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

import numpy as np

from grader.model import Array, Inputs, Step

WIDTH = 100
SMALLEST_GAP = 10.0
"""How often the rounding of the expected numbers has to go into the difference to be seen."""


def text(
    steps: Sequence[Step],
    inputs: Inputs,
    expected: Mapping[str, Array],
    got: Mapping[str, Array],
    named: Mapping[str, str],
    file: str,
    look_at: str = "values",
) -> str:
    """The lines. `named`: function of the spec → its name in the submission; `file`: where the submission defines it.

    `look_at` is what the last line compares: "type", "shape", "dtype", or else "values".
    """
    functions = list(dict.fromkeys(named.get(step.function, step.function) for step in steps))
    name = _wrong(expected, got)
    digits = _digits(expected[name], got.get(name))
    lines = [
        _beginning(file, functions),
        "import numpy as np",
        "",
        *(f"{key} = {literal(value)}" for key, value in inputs.items()),
        "",
        *(_call(step, named) for step in steps),
        f'print("{name} is", {name}, sep="\\n")',
        "",
        f"expected = {literal(rounded(expected[name], digits))}",
        _assertion(name, look_at, digits),
    ]
    return "\n".join(lines) + "\n"


def _beginning(file: str, functions: Sequence[str]) -> str:
    path = PurePosixPath(file)
    module = path.stem
    importable = path.suffix == ".py" and module.isidentifier() and not keyword.iskeyword(module)
    if len(path.parts) == 1 and importable and module != "numpy":
        return f"from {module} import {', '.join(functions)}  # or paste all this below your code"
    return "# paste this below your code"


def _call(step: Step, named: Mapping[str, str]) -> str:
    targets, _, call = step.text.partition(" = ")
    return f"{targets} = {named.get(step.function, step.function)}{call.removeprefix(step.function)}"


def _assertion(name: str, look_at: str, digits: int | None) -> str:
    atol = 10.0**-digits if digits is not None else 0.0
    wrong = f'"`{name}` is not as expected"'
    match look_at:
        case "type":
            return f"assert isinstance({name}, np.ndarray), {wrong}"
        case "shape":
            return f"assert {name}.shape == expected.shape, {wrong}"
        case "dtype":
            return f"assert {name}.dtype.kind == expected.dtype.kind, {wrong}"
        case _:
            return f"assert np.allclose({name}, expected, rtol=0, atol={atol:g}, equal_nan=True), {wrong}"


def _wrong(expected: Mapping[str, Array], got: Mapping[str, Array]) -> str:
    """The first observed name whose value is far from what is expected, else the last."""
    for name, right in expected.items():
        if name in got and (got[name].shape != right.shape or _gap(right, got[name]) > 0):
            return name
    return list(expected)[-1]


def _gap(right: Array, got: Array) -> float:
    """The greatest difference; infinite where one side is not finite, 0 where there is none to speak of."""
    with np.errstate(invalid="ignore", over="ignore"):
        off = np.abs(np.subtract(got, right, dtype=np.result_type(got, right, np.float64)))
    off = off[~(np.isnan(got) & np.isnan(right))]
    largest = float(np.max(np.where(np.isnan(off), np.inf, off), initial=0.0))
    return largest if largest > 1e-12 * max(1.0, float(np.max(np.abs(right), initial=0.0))) else 0.0


def _digits(right: Array, got: Array | None) -> int | None:
    """Digits behind the point that the difference is still seen with; None: all of them."""
    if got is None or got.shape != right.shape:
        return 4
    gap = _gap(right, got)
    return next((digits for digits in (4, 6, 8, 10) if gap >= SMALLEST_GAP * 10.0**-digits), None)


def rounded(array: Array, digits: int | None) -> Array:
    """With so many digits behind the point, and without negative zeros."""
    if digits is None or array.dtype.kind not in "fc":
        return array
    return np.asarray(np.round(array.astype(np.result_type(array, np.float64)), digits) + 0.0)


# --- literals --------------------------------------------------------------------------------


def literal(value: Array | int | float | bool) -> str:
    """A value as Python: `np.array([[1.0, 0.0]])`; a plain number as itself."""
    if not isinstance(value, np.ndarray):
        return repr(value)
    if value.size == 0:
        return f"np.zeros({value.shape}, dtype=np.{value.dtype.name})"
    kind = "" if value.dtype in (np.float64, np.int64, np.bool_) else f", dtype=np.{value.dtype.name}"
    line = f"np.array({_nested(value, ', ')}{kind})"
    return line if len(line) <= WIDTH else f"np.array({_nested(value, _BROKEN)}{kind})"


_BROKEN = ",\n"


def _nested(array: Array, between: str, depth: int = 0) -> str:
    if array.ndim == 0:
        return _number(array.item())
    if array.ndim == 1:
        return "[" + ", ".join(_number(entry) for entry in array.tolist()) + "]"
    joint = between if between != _BROKEN else _BROKEN + " " * (len("np.array([") + depth)
    return "[" + joint.join(_nested(part, between, depth + 1) for part in array) + "]"


def _number(entry: complex | float | bool) -> str:
    if isinstance(entry, float) and not np.isfinite(entry):
        return {"nan": "np.nan", "inf": "np.inf", "-inf": "-np.inf"}[str(entry)]
    if isinstance(entry, float) and entry == 0:
        return "0.0"
    return repr(entry)
