"""Parts in another order, alike, or right by themselves: what is said."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from symptoms.samples import SHAPES, drawn, heads, said, seen

from grader.model import Array
from grader.symptoms import symptoms


def with_heads(change: Callable[[Array], Array]) -> Callable[[Array], Array]:
    """A change of (…, 3, d_head), made of (…, d_model)."""
    return lambda a: change(heads(a)).reshape(a.shape)


def only(where: tuple[slice | int | list[int], ...], rest: float | None = None) -> Callable[[Array], Array]:
    """Right at a place and elsewhere not."""

    def make(array: Array) -> Array:
        made = drawn(*array.shape, seed=77) if rest is None else np.full(array.shape, rest)
        made[where] = array[where]
        return made

    return make


ALL = slice(None)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda a: a[::-1], "the items of `batch` are in reversed order"),
        (lambda a: a[:, ::-1], "the rows are in reversed order"),
        (lambda a: a[..., ::-1], "the columns are in reversed order"),
        (with_heads(lambda a: a[..., ::-1, :]), "the heads are in reversed order"),
        (with_heads(lambda a: a[..., [0, 2, 1], :]), "the heads are in another order"),
        (with_heads(lambda a: np.repeat(a[..., :1, :], 3, axis=-2)), "every head holds what is expected of the first"),
        (with_heads(lambda a: np.repeat(a[..., 2:, :], 3, axis=-2)), "every head holds what is expected of the last"),
        (lambda a: np.roll(a, 1, axis=1), "the rows are moved on by one, around the end"),
        (lambda a: np.roll(a, -1, axis=1), "the rows are moved back by one, around the end"),
        (lambda a: np.repeat(a[:1], len(a), axis=0), "every item of `batch` holds what is expected of the first"),
        (only((0,)), "only the first item of `batch` is right"),
        (only((-1,)), "only the last item of `batch` is right"),
        (only((0,), 0.0), "only the first item of `batch` is right; the rest is 0"),
        (only((ALL, slice(0, -1)), 0.0), "every row but the last is right; that one is 0"),
        (only((ALL, 0)), "only the first row is right"),
        (only((ALL, -1)), "only the last row is right"),
        (only((ALL, slice(1, None))), "every row but the first is right"),
        (only((ALL, slice(0, -1))), "every row but the last is right"),
        (only((ALL, ALL, 0)), "only the first column is right"),
        (with_heads(only((ALL, ALL, 0))), "only the first of 3 heads is right"),
        (with_heads(only((ALL, ALL, 1))), "only the second head is right"),
        (with_heads(only((ALL, ALL, [0, 2]))), "every head but the second is right"),
        (with_heads(lambda a: a[..., [0, 2, 2], :]), None),
        (lambda a: np.repeat(drawn(len(a), 1, a.shape[-1], seed=3), a.shape[1], axis=1), "all rows are alike"),
        (
            lambda a: np.repeat(a.mean(axis=1, keepdims=True), a.shape[1], axis=1),
            "all rows are alike: each is the average of those expected",
        ),
        (
            with_heads(lambda a: np.repeat(a.sum(axis=-2, keepdims=True), 3, axis=-2)),
            "all heads are alike: each is the sum of those expected",
        ),
        (lambda a: only((ALL, 0), 0.0)(a + 1), "only the first row is filled in; the rest is 0"),
    ],
)
def test_what_is_said(make: Callable[[Array], Array], sentence: str | None) -> None:
    if sentence is None:  # two heads of three are right: which one is not, and what it holds
        sentence = "every head but the second is right; that one holds what is expected elsewhere"
    assert said(make) == (f"In `output`, {sentence}.",)


def test_a_part_that_is_always_right_while_others_are_by_chance() -> None:
    by_chance = only((ALL, [1, -1]))
    assert said(only((ALL, -1)), (2, 5, 6)) == ("In `output`, only the last of 5 rows is right.",)
    assert said(by_chance, (2, 5, 6)) == ()
    once = [seen(only((ALL, -1)), (2, 5, 6), 1), seen(by_chance, (2, 6, 6), 2)]
    assert symptoms(once) == ("In `output`, the last row is right, but not every other one.",)


def test_the_number_of_parts_is_said_where_it_is_the_same() -> None:
    assert said(only((0,)), (2, 5, 6), (2, 4, 12)) == ("In `output`, only the first of 2 items of `batch` is right.",)


def test_without_names_an_axis_is_counted() -> None:
    assert said(lambda a: a[::-1], dims=()) == ("In `output`, the items of the first axis are in reversed order.",)
    assert said(with_heads(lambda a: a[..., ::-1, :]), sizes={}) == ("In `output`, the columns are in another order.",)


def test_one_row_alone_is_not_called_alike_or_first() -> None:
    assert said(lambda a: drawn(*a.shape, seed=5), (2, 1, 6)) == ()


def test_rows_that_are_expected_to_be_alike_are_no_symptom() -> None:
    right = np.tile(drawn(6), (5, 1))
    assert said(lambda a: np.tile(drawn(6, seed=4), (5, 1)), (5, 6), expected=right) == ()


def test_a_part_that_is_right_where_nothing_is_expected_is_no_symptom() -> None:
    right = drawn(*SHAPES[0])
    right[0] = 0
    got = drawn(*SHAPES[0], seed=4)
    got[0] = 0
    assert said(lambda a: got, SHAPES[0], expected=right) == ()


@pytest.mark.parametrize(
    ("where", "sentence"),
    [
        ((ALL, 0), "only the first row is NaN or infinite"),
        ((1,), "only the last of 2 items of `batch` is NaN or infinite"),
        ((0, 0, 0), None),
        ((ALL, ALL, ALL), None),
    ],
)
def test_where_nan_is(where: tuple[slice | int, ...], sentence: str | None) -> None:
    def make(array: Array) -> Array:
        made = array.copy()
        made[where] = np.nan
        return made

    assert said(make, (2, 5, 6), (2, 4, 9)) == ((f"In `output`, {sentence}.",) if sentence else ())


def test_a_vector_has_entries() -> None:
    assert said(lambda a: a[::-1], (7,), (5,)) == ("In `output`, the entries are in reversed order.",)
