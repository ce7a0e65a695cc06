"""Inputs made from what a spec says, as `cases` makes them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from grader.expressions import Environment, ExpressionError
from grader.inputs import Given, Strict, build_all
from grader.model import Array

SEED, PLACE = 53, ("group", 0)


class Spec(Strict):
    """The one key of a spec that matters here."""

    given: dict[str, Given]


def build(written: Any, seed: int = SEED, place: tuple[str | int, ...] = PLACE, **sizes: Any) -> Any:
    """What `x: written` becomes, with sizes by name."""
    return build_some({"x": written}, sizes, seed, place)["x"]


def build_some(
    given: dict[str, Any], sizes: Environment | None = None, seed: int = SEED, place: tuple[str | int, ...] = PLACE
) -> dict[str, Any]:
    """Several inputs at once."""
    return dict(build_all(Spec.model_validate({"given": given}).given, given, sizes or {}, seed, place))


def refused(written: Any, **sizes: Any) -> str:
    """What the author of a description is told when it is read, or when it is made."""
    with pytest.raises((ValidationError, ExpressionError)) as caught:
        build(written, **sizes)
    if isinstance(caught.value, ValidationError):
        return "; ".join(error["msg"] for error in caught.value.errors())
    return str(caught.value)


def in_steps(array: Array) -> Any:
    """An array of multiples of 2⁻¹⁰ as whole numbers of them."""
    steps = np.asarray(array, dtype=np.float64) * 1024
    assert np.array_equal(steps, np.rint(steps))
    return steps.astype(int).tolist()
