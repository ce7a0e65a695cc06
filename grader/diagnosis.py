"""Which known mistake explains what a submission returned. Pure: it compares outcomes with those of mutants.

A mutant explains a submission when they agree wherever both returned numbers, on the cases that passed too, and at
least once where the mutant differs from the reference. Numbers that are not finite, exceptions on both sides and
functions that are missing neither support nor refute. When several explain it, nothing is said.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from grader.compare import Tolerance, difference
from grader.model import Missing, Outcome, Raised, Returned, Stopped, Value

Place = tuple[str, tuple[tuple[str, str], ...]]
"""A case and the choice of conventions under which it was run."""
Happened = Mapping[Place, Mapping[str, Outcome]]
"""What came back: the outcome of every run of every case."""
Run = tuple[Place, str]

MOST_TOLERANT = Tolerance(1e-4, 1e-5)
"""Wider than most specs': a submission in float32 is still the mutant that it is."""


def explains(happened: Happened, mutant: Happened, tells: frozenset[Run]) -> bool:
    """Whether a mutant explains a submission; `tells` are the runs on which the mutant differs from the reference."""
    supported = False
    for place, outcomes in happened.items():
        for name, outcome in outcomes.items():
            # Cut off from floats that are all but whole, the last bit decides which integer is left: no evidence.
            agreed = agree(outcome, mutant[place][name], nearly=None) if place in mutant else None
            if agreed is False:
                return False
            supported = supported or (agreed is True and (place, name) in tells)
    return supported


def telling(mutant: Happened, right: Happened) -> frozenset[Run]:
    """The runs on which a mutant differs from the reference."""
    return frozenset(
        (place, name)
        for place, outcomes in mutant.items()
        for name, outcome in outcomes.items()
        if agree(outcome, right[place][name]) is False
    )


def agree(one: Outcome, other: Outcome, nearly: bool | None = False) -> bool | None:
    """Whether two outcomes are the same; None when that says nothing of their functions.

    `nearly` is said of integers that are one off.
    """
    match one, other:
        case (Missing() | Stopped(), _) | (_, Missing() | Stopped()) | (Raised(), Raised()):
            return None
        case Returned(), Returned():
            said = [
                _alike(value, other.values[name], nearly) for name, value in one.values.items() if name in other.values
            ]
            return False if False in said else (True if said and all(said) else None)
        case _:
            return False


def _alike(one: Value, other: Value, nearly: bool | None) -> bool | None:
    if one.array is None or other.array is None:
        return None if (one.array is None) == (other.array is None) else False
    if one.array.shape != other.array.shape:
        return False
    if one.array.dtype.kind == other.array.dtype.kind == "f" and one.array.size:
        # The greatest difference nearly always decides, and this is asked a thousand times for a submission.
        with np.errstate(invalid="ignore", over="ignore"):
            off, size = float(np.abs(one.array - other.array).max()), float(np.abs(other.array).max())
        if off <= MOST_TOLERANT.atol:
            return True
        if MOST_TOLERANT.atol * max(1.0, size) + MOST_TOLERANT.rtol * size < off < math.inf:
            return False
    if not (np.isfinite(one.array).all() and np.isfinite(other.array).all()):
        return None
    if one.array.dtype.kind in "iu" and other.array.dtype.kind in "iu":
        off = np.abs(one.array.astype(float) - other.array.astype(float))
        return True if not off.any() else (nearly if (off <= 1).all() else False)
    return difference(one.array, other.array, MOST_TOLERANT) is None
