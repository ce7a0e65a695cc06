"""How well a solution behaves beyond the asked: on large, integer or float32 inputs, twice, without side effects.

The shipped specs use these as advice of 0 points: a right solution need not have them (validity.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from grader.checks.base import Check, CheckError, Layout, Seen, array_input, with_inputs
from grader.checks.properties import CHANGED, Property, numbers
from grader.compare import Tolerance
from grader.model import Array, Finding, Run

IN_PLACE = "`{0} = {0} / 2` makes a new array, `{0} /= 2` and `{0}[…] = …` write into the caller's"


class InputsUnchanged(Check):
    """The arrays passed in hold the same numbers afterwards."""

    NAME = "inputs_unchanged"

    def runs(self, run: Run, layout: Layout) -> Mapping[str, Run]:
        names = tuple(name for name, value in run.inputs.items() if isinstance(value, np.ndarray))
        targets = {target for step in run.steps for target in step.targets}
        return {CHANGED: replace(run, observe=tuple(name for name in names if name not in targets))}

    def find(self, seen: Seen) -> Finding:
        for name, after in seen.returned[CHANGED].items():
            before = np.asarray(seen.runs[CHANGED].inputs[name])
            same = after.array is not None and after.array.shape == before.shape
            if not same or not np.array_equal(np.asarray(after.array), before, equal_nan=True):
                return self.failed(f"the input `{name}` is changed in place: {IN_PLACE.format(name)}", name)
        return self.passed()


class Deterministic(Property):
    """A second call on the same inputs gives the same output."""

    NAME = "deterministic"

    def changed(self, run: Run, layout: Layout) -> Run:
        return run

    def broken(self) -> str:
        return (
            "a second call on the same inputs gives another output (is something random, or kept from the first call?)"
        )


class LargeLogits(Check):
    """Inputs a thousand times as large give finite outputs (subtract the row's maximum before exp)."""

    NAME = "large_logits"
    inputs: tuple[str, ...] = ()
    factor: float = 1000.0

    def runs(self, run: Run, layout: Layout) -> Mapping[str, Run]:
        names = self.inputs or tuple(run.inputs)[:1]
        if not names:
            raise CheckError("the case has no inputs")
        large = {name: array_input(run, name) * self.factor for name in names}
        return {CHANGED: with_inputs(run, **large)}

    def find(self, seen: Seen) -> Finding:
        for name in seen.observe:
            array = seen.returned[CHANGED][name].array
            if array is None:
                return self.failed(f"`{name}` is no array of numbers for large inputs", name)
            if not np.isfinite(array).all():
                cause = "as when exp grows too large (subtract each row's maximum before it)"
                return self.failed(f"`{name}` is not finite for large inputs, {cause}", name)
        return self.passed()


class IntegerInput(Property):
    """Whole numbers give the same output as integers (int64) and as floats."""

    NAME = "integer_input"

    def runs(self, run: Run, layout: Layout) -> Mapping[str, Run]:
        whole = {name: np.rint(2 * a) for name, a in _float_arrays(run).items()}
        integers = {name: array.astype(np.int64) for name, array in whole.items()}
        return {"floats": with_inputs(run, **whole), CHANGED: with_inputs(run, **integers)}

    def must_be(self, name: str, first: Array, seen: Seen) -> Array:
        return numbers(seen, "floats", name)

    def broken(self) -> str:
        return "whole numbers as integers (int64) give another output than the same numbers as floats"


class Float32Input(Property):
    """float32 inputs give the float64 output to float32's precision."""

    NAME = "float32_input"

    def changed(self, run: Run, layout: Layout) -> Run:
        single = {name: array.astype(np.float32) for name, array in _float_arrays(run).items()}
        return with_inputs(run, **single)

    def find(self, seen: Seen) -> Finding:
        wide = max(seen.tolerance.rtol, 1e-3), max(seen.tolerance.atol, 1e-4)
        return super().find(replace(seen, tolerance=Tolerance(*wide)))

    def broken(self) -> str:
        return "float32 inputs give another output than float64 inputs"


class KeepsFloat32(Check):
    """float32 inputs give float32 outputs."""

    NAME = "keeps_float32"

    def runs(self, run: Run, layout: Layout) -> Mapping[str, Run]:
        single = {name: array.astype(np.float32) for name, array in _float_arrays(run).items()}
        return {CHANGED: with_inputs(run, **single)}

    def find(self, seen: Seen) -> Finding:
        for name in seen.observe:
            array = seen.returned[CHANGED][name].array
            if array is None or array.dtype != np.float32:
                what = "no array of numbers" if array is None else array.dtype
                return self.failed(f"float32 inputs give `{name}` as {what}", name)
        return self.passed()


def _float_arrays(run: Run) -> dict[str, Array]:
    arrays = {n: v for n, v in run.inputs.items() if isinstance(v, np.ndarray) and v.dtype.kind == "f"}
    if not arrays:
        raise CheckError("no input of this case holds floats")
    return arrays
