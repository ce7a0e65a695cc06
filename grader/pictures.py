"""A submission's attention weights beside the right ones, where it lets them be seen. Pure.

With V the identity, the output of attention is its matrix of weights. The check `rows_sum_to_one` makes that run, so
that nothing is run for a picture. Only public cases are looked at: a picture tells what was returned.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from grader.cases import Case
from grader.checks.properties import CHANGED, RowsSumToOne
from grader.compare import Tolerance, difference
from grader.conventions import Choice
from grader.diagnosis import Happened
from grader.exam import Exam
from grader.insight import Array, Picture
from grader.model import Outcome, Returned

MOST = 2
"""Pictures of a submission; more are not looked at."""

LARGEST = 12
"""Queries and keys that a picture has at most: its numbers are to be read."""


def pictures(exam: Exam, happened: Happened, right: Happened, choices: Choice) -> tuple[Picture, ...]:
    """Weights that differ from the reference's, at most two matrices (queries × keys), each of another case.

    `happened` is what the submission came to under `choices`, `right` what the reference came to.
    """
    found: list[Picture] = []
    for case in exam.cases_in_scope:
        place = (case.id, case.choice_among(choices))
        if case.visibility != "public" or place not in happened or place not in right:
            continue
        dims = case.readings[place[1]].layout.outputs
        for run in _identity_runs(case):
            for name in case.observe:
                got, expected = _array(happened[place].get(run), name), _array(right[place].get(run), name)
                found += _differing(got, expected, dims.get(name, ()), case.tolerance)
        if len(found) >= MOST:
            break
    return tuple(found[:MOST])


def _identity_runs(case: Case) -> list[str]:
    return [f"{at}:{CHANGED}" for at, check in enumerate(case.checks) if isinstance(check, RowsSumToOne)]


def _array(outcome: Outcome | None, name: str) -> Array | None:
    value = outcome.values.get(name) if isinstance(outcome, Returned) else None
    return value.array if value is not None else None


def _differing(
    got: Array | None, expected: Array | None, dims: Sequence[str], tolerance: Tolerance
) -> Iterator[Picture]:
    """The first pair of matrices of two arrays that is not alike; none where they cannot be drawn side by side."""
    if got is None or expected is None or got.shape != expected.shape or got.ndim < 2:
        return
    if "c" in (got.dtype.kind, expected.dtype.kind) or not 0 < min(got.shape[-2:]) <= max(got.shape[-2:]) <= LARGEST:
        return
    for at in np.ndindex(got.shape[:-2]):
        if difference(got[at], expected[at], tolerance) is not None:
            title = "Attention weights" + (f" ({_where(at, dims)})" if at else "")
            yield Picture(title, got[at].astype(float), expected[at].astype(float), "queries", "keys")
            return


def _where(at: tuple[int, ...], dims: Sequence[str]) -> str:
    """Which matrix of a stack: `batch 0, heads 1`; where the spec does not name its axes `item 0, 1`."""
    if len(dims) != len(at) + 2:
        return "item " + ", ".join(map(str, at))
    return ", ".join(f"{name} {number}" for name, number in zip(dims, at, strict=False))
