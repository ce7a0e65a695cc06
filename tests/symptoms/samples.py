"""Observations to look at: what is expected is drawn at random, what came back is made of it by one function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from grader.model import Array
from grader.symptoms import Observed, symptoms

SHAPES = ((2, 5, 6), (3, 4, 12))
DIMS = ("batch", "seq", "d_model")


def drawn(*shape: int, seed: int = 0) -> Array:
    return np.random.RandomState(seed).normal(size=shape)


def seen(make: Callable[[Array], Any], shape: tuple[int, ...], seed: int = 0, **more: Any) -> Observed:
    """One observation of `output`; its sizes are those of its shape, with three heads."""
    right = drawn(*shape, seed=seed)
    dims = DIMS[-len(shape) :]
    sizes: Mapping[str, int] = {"num_heads": 3, **dict(zip(dims, shape, strict=True))}
    made = Observed("output", np.asarray(make(right)), right, dims, sizes)
    return replace(made, **more)


def said(make: Callable[[Array], Any], *shapes: tuple[int, ...], **more: Any) -> tuple[str, ...]:
    """What is said when the same is done to observations of these shapes."""
    return symptoms([seen(make, shape, number, **more) for number, shape in enumerate(shapes or SHAPES)])


def heads(array: Array) -> Array:
    """(…, d_model) → (…, 3, d_head)."""
    return array.reshape(*array.shape[:-1], 3, -1)
