"""Do a case's inputs let mistakes show? What is wrong with them, and what to change. Pure; `verify` runs what is asked.

An input by which the output hardly moves hides what is done with it: behind a softmax that is saturated (moving the
scores changes nothing) or nearly uniform (all scores are alike). So each input is moved a little and the reference is
run again. Then numbers that are alike by accident: a matrix that is its own transpose, inputs that are one another.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from grader.cases import Case, Reading
from grader.inputs.base import Source
from grader.model import Array, Outcome, Returned, Run

NUDGE = 1e-3
"""By what share of its size an input is moved."""
NUDGES = 3
"""In so many directions: a single one may be one to which the output is blind."""
LEAST_MOVED = 0.01
"""Of an input's own relative change, what must reach the output. Good draws give 0.3 to 2; saturated ones below 0.001,
weights of size 0.02 below 0.005."""
OTHER_SIZES = (0.01, 0.1, 10.0, 100.0)
"""To tell which way an input is badly chosen: so many times as large, it moves the output."""


@dataclass(frozen=True)
class Flaw:
    """What is wrong with some inputs of some cases of a group; `what` and `advice` have `{}` for the names."""

    cases: tuple[str, ...]
    names: tuple[str, ...]
    what: str
    advice: str
    share: float | None = None
    """How much of a change reaches the output, where that is the flaw."""

    @property
    def told(self) -> str:
        """What is wrong, in words."""
        figures = "" if self.share is None else f" (moved by 1 %, it moves the output by {self.share:.2g} %)"
        return self.what.format(_listed(self.names)) + figures

    @property
    def advised(self) -> str:
        """What to do."""
        return self.advice.format(_listed(self.names))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def is_examined(case: Case) -> bool:
    """Whether staff chose its inputs to measure: not the statement's own examples."""
    return not isinstance(case.expect, Mapping)


def movable(run: Run) -> dict[str, Array]:
    """Inputs that are drawn numbers. Zeros and ones together are masks or unit vectors, and as they have to be."""
    arrays = {name: value for name, value in run.inputs.items() if isinstance(value, np.ndarray)}
    return {name: array for name, array in arrays.items() if array.dtype.kind == "f" and not _is_mask(array)}


def _is_mask(array: Array) -> bool:
    return bool(np.isin(array, (0.0, 1.0)).all() and array.any())


# --- how much each input matters -----------------------------------------------------------------


def trial(case: Case, run: Run, name: str, factor: float = 1.0) -> tuple[Run, ...]:
    """The case with an input `factor` times as large, then with that input nudged."""
    return tuple(_nudged(case, run, name, movable(run)[name] * factor))


def _nudged(case: Case, run: Run, name: str, array: Array) -> Iterator[Run]:
    yield replace(run, inputs={**run.inputs, name: array})
    random = Source(0, "nudge", case.id, name).random
    for _ in range(NUDGES):
        moved = array + NUDGE * (_size(array) or 1.0) * random.standard_normal(array.shape)
        yield replace(run, inputs={**run.inputs, name: moved})


def moves(outcomes: Sequence[Outcome]) -> float | None:
    """How much of a relative change reaches the output, from the outcomes of one trial; None: it raised."""
    values = [outcome.values for outcome in outcomes if isinstance(outcome, Returned)]
    if len(values) < len(outcomes):
        return None
    shares = []
    for name, value in values[0].items():
        before, after = value.array, [other[name].array for other in values[1:]]
        if before is None or not np.isfinite(before).all():
            return None
        changed = [_size(array - before) for array in after if array is not None and array.shape == before.shape]
        scale = _size(before) or 1.0
        shares.append((sum(change**2 for change in changed) / max(len(changed), 1)) ** 0.5 / (NUDGE * scale))
    return max(shares, default=None)


def _size(array: Array) -> float:
    return float(np.sqrt(np.mean(np.abs(np.asarray(array, np.float64)) ** 2))) if array.size else 0.0


def is_blind(moved: float | None) -> bool:
    """Whether an input hardly matters, by what `moves` says of its trial."""
    return moved is not None and moved < LEAST_MOVED


def hardly_matters(case: str, name: str, moved: float, otherwise: Mapping[float, float | None]) -> Flaw:
    """An input by which the output hardly moves; `otherwise`: how much it does when that is so many times as large."""
    factor, best = max(((factor, share or 0.0) for factor, share in otherwise.items()), key=lambda each: each[1])
    if is_blind(best):
        advice = "draw inputs with `normal` and weights with std: 1 / sqrt(their rows), and see that {} is used"
    elif factor < 1:
        advice = "the softmax is saturated: draw {} smaller, weights with std: 1 / sqrt(their rows)"
    else:
        advice = "the softmax is nearly uniform: draw {} larger"
    return Flaw((case,), (name,), "the output hardly depends on {}", advice, moved)


# --- numbers that are alike by accident ------------------------------------------------------------


def alike(case: Case, reading: Reading, outcome: Outcome) -> Iterator[Flaw]:
    """Flaws that the numbers themselves show: of the inputs, then of what the reference returns."""
    arrays = movable(reading.runs[""])
    for name, array in arrays.items():
        if array.ndim >= 2 and array.size > 1:
            yield from (Flaw((case.id,), (name,), what, advice) for what, advice in _of_one(array))
    for (one, first), (other, second) in itertools.combinations(arrays.items(), 2):
        if first.size > 1 and np.array_equal(first, second) and _varies(first):
            yield Flaw((case.id,), (one, other), "the same numbers in {}", "draw each, or who swaps them passes")
    if isinstance(outcome, Returned):
        for name, value in outcome.values.items():
            if value.array is not None and value.array.size > 1 and not _varies(value.array):
                yield Flaw((case.id,), (name,), "one number only in the result {}", "choose other inputs")


def _of_one(array: Array) -> Iterator[tuple[str, str]]:
    if not _varies(array):
        yield f"nothing but {array.flat[0]:g} in {{}}", "draw it, with `normal`"
    elif array.shape[-2] > 1 and not _varies(array - array[..., :1, :]):
        yield "all rows are alike in {}", "draw it, with `normal`"
    elif array.shape[-1] == array.shape[-2] > 1 and np.array_equal(array, np.swapaxes(array, -1, -2)):
        yield "a matrix that is its own transpose: {}", "draw it, or who transposes it passes"


def _varies(array: Array) -> bool:
    numbers = np.asarray(array, np.complex128 if array.dtype.kind == "c" else np.float64)
    return bool(np.abs(numbers - numbers.flat[0]).max() > 1e-9 * max(1.0, float(np.abs(numbers).max())))


def all_square(runs: Sequence[Run]) -> bool:
    """Whether in each of these runs all matrices, two or more, have one and the same size in every dimension."""
    for run in runs:
        arrays = [value for value in run.inputs.values() if isinstance(value, np.ndarray) and value.ndim]
        if sum(array.ndim >= 2 for array in arrays) < 2 or len({size for array in arrays for size in array.shape}) > 1:
            return False
    return bool(runs)


def together(flaws: Sequence[Flaw]) -> list[Flaw]:
    """One flaw for all cases and inputs of a group that have the same."""
    found: dict[tuple[str, str, str], Flaw] = {}
    for flaw in flaws:
        key = (flaw.cases[0].partition(".")[0], flaw.what, flaw.advice)
        first = found.get(key, flaw)
        found[key] = replace(
            first,
            cases=tuple(dict.fromkeys((*first.cases, *flaw.cases))),
            names=tuple(dict.fromkeys((*first.names, *flaw.names))),
            share=None if flaw.share is None else max(flaw.share, first.share or 0.0),
        )
    return list(found.values())
