"""Right values elsewhere, in another shape, of another name, or averaged away; and what rows look like."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from symptoms.samples import drawn, heads, said

from grader.model import Array


def softmax(a: Array) -> Array:
    e = np.exp(a)
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def normal(a: Array) -> Array:
    return np.asarray((a - a.mean(axis=-1, keepdims=True)) / a.std(axis=-1, keepdims=True))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda a: a.swapaxes(-1, -2), "rows and columns have changed places"),
        (lambda a: heads(a).swapaxes(-1, -2).reshape(a.shape), "the columns of the heads alternate"),
        (
            lambda a: heads(a).swapaxes(-2, -3).reshape(a.shape),
            "the heads are joined by a reshape without moving the axes back first",
        ),
        (heads, "the heads are still apart, along an axis of their own"),
        (lambda a: heads(a).swapaxes(-2, -3), "the heads are still apart, along an axis of their own"),
        (lambda a: np.moveaxis(heads(a), -2, 0), "the heads are still apart, along an axis of their own"),
        (lambda a: a.reshape(-1, a.shape[-1]), "the values and their order are right, but not the shape"),
        (lambda a: a[..., ::-1, ::-1], "there are all values that are expected, in other places"),
        (lambda a: np.sort(a, axis=-1), "every row holds the values that are expected there, in another order"),
        (lambda a: a[0], "only the first item of `batch` is there"),
        (lambda a: a[-1:], "only the last item of `batch` is there"),
        (lambda a: a.mean(axis=1), "there is only the average of the rows"),
        (lambda a: a.mean(axis=1, keepdims=True), "there is only the average of the rows"),
        (lambda a: heads(a).mean(axis=-2), "there is only the average of the heads"),
        (lambda a: heads(a).sum(axis=-2), "there is only the sum of the heads"),
        (lambda a: heads(a)[..., 0, :], "only the first of 3 heads is there"),
        (lambda a: a[:, :-1], "the last row is missing; all else is right"),
        (lambda a: a[:, 1:], "the first row is missing; all else is right"),
        (np.zeros_like, "all values are 0"),
        (lambda a: np.full(a.shape, 2.5), "all values are the same number"),
        (lambda a: np.rint(5 * drawn(*a.shape, seed=9)), "all values are whole numbers"),
        (
            lambda a: softmax(drawn(*a.shape, seed=9)),
            "no value is negative and every row sums to one, as after a softmax",
        ),
        (normal, "every row has mean 0 and standard deviation 1, as after a normalisation"),
        (
            lambda a: np.asarray(drawn(*a.shape, seed=9) / np.linalg.norm(drawn(*a.shape, seed=9), axis=-1)[..., None]),
            "every row has length 1, as after a normalisation",
        ),
    ],
)
def test_what_is_said(make: Callable[[Array], Array], sentence: str) -> None:
    assert said(make)[:1] == (f"In `output`, {sentence}.",)


@pytest.mark.parametrize(
    ("where", "sentence"),
    [
        (np.eye, "only the diagonal is right"),
        (np.tri, "all is right on and below the diagonal, and nothing above it"),
        (lambda n: np.tri(n).T, "all is right on and above the diagonal, and nothing below it"),
    ],
)
def test_one_side_of_a_diagonal(where: Callable[[int], Array], sentence: str) -> None:
    def make(a: Array) -> Array:
        return np.where(where(len(a)) > 0, a, drawn(*a.shape, seed=9))

    assert said(make, (5, 5), (4, 4)) == (f"In `output`, {sentence}.",)


def test_an_input_that_came_back_and_another_value_that_did() -> None:
    x = drawn(5, 6, seed=9)
    assert said(lambda a: x, (5, 6), inputs={"X": x, "W": drawn(6, 6)}) == (
        "In `output`, there are the values of `X`, as they came in.",
    )
    assert said(lambda a: x, (5, 6), others={"K": x}) == (
        "In `output`, there are the values that are expected of `K`.",
    )


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda v: v[[4, 0, 0, 2]], "every row is one of the rows of `V`, not a mixture"),
        (lambda v: np.tile(v.mean(axis=0), (4, 1)), "every row is the average of the rows of `V`"),
        (lambda v: np.tile(v.sum(axis=0), (4, 1)), "every row is the sum of the rows of `V`"),
        (lambda v: v[:4] + 0.1 * v[1:], None),
    ],
)
def test_rows_of_an_input(make: Callable[[Array], Array], sentence: str | None) -> None:
    v = drawn(5, 3, seed=9)
    said_of_it = said(lambda a: make(v), (4, 3), inputs={"V": v, "K": drawn(5, 2)})
    assert said_of_it[:1] == ((f"In `output`, {sentence}.",) if sentence else ())
