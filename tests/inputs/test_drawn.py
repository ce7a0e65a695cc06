"""What is drawn: exact numbers for a seed, their kind and range, and what cannot be drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from inputs.making import PLACE, build, in_steps, refused

from grader.inputs.base import Source

# ------------------------------------------------------------------------------------------------ pinned


@pytest.mark.parametrize(
    ("written", "steps"),
    [
        ({"normal": [2, 3]}, [[1894, -509, -6], [1614, 409, -438]]),
        ({"normal": [3], "mean": 10, "std": 0.5}, [11187, 9985, 10237]),
        ({"normal": []}, 1894),
        ({"uniform": [2, 3]}, [[459, 710, 990], [762, 787, 511]]),
        ({"uniform": [4], "low": -2, "high": 2}, [-213, 791, 1912, 998]),
        ({"uniform": []}, 459),
        ({"orthogonal": [3, 2]}, [[1001, 45], [-3, 1004], [216, -195]]),
    ],
)
def test_a_seed_gives_these_numbers_on_every_machine(written: Any, steps: Any) -> None:
    array = build(written)
    assert isinstance(array, np.ndarray)
    assert array.dtype == np.float64
    assert in_steps(array) == steps


@pytest.mark.parametrize(
    ("written", "dtype", "values"),
    [
        ({"integers": [2, 4]}, "int64", [[0, 8, 9, 4], [3, 2, 9, 8]]),
        ({"integers": [6], "low": -1, "high": 1}, "int64", [-1, 1, -1, 1, 0, -1]),
        ({"integers": []}, "int64", 0),
        ({"one_hot": [4, 3]}, "float64", [[1, 0, 0], [0, 0, 1], [1, 0, 0], [0, 0, 1]]),
        ({"permutation": [4, 4]}, "float64", [[0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 1, 0], [1, 0, 0, 0]]),
        ({"mask": [3, 3]}, "bool", [[1, 0, 0], [1, 1, 0], [1, 1, 1]]),
        ({"mask": [4, 4], "kind": "random"}, "bool", [[1, 0, 0, 0], [0, 1, 1, 0], [0, 0, 1, 0], [1, 1, 0, 1]]),
    ],
)
def test_whole_numbers_too(written: Any, dtype: str, values: Any) -> None:
    array = build(written)
    assert isinstance(array, np.ndarray)
    assert array.dtype == dtype
    assert array.tolist() == values


DRAWN: list[dict[str, Any]] = [
    {"normal": ["n", "d"]},
    {"uniform": ["n", "d"]},
    {"integers": ["n", "d"]},
    {"one_hot": ["n", "d"]},
    {"orthogonal": ["n", "d"]},
    {"permutation": ["n", "n"]},
    {"mask": ["n", "n"], "kind": "random"},
]


@pytest.mark.parametrize("written", DRAWN, ids=lambda written: next(iter(written)))
def test_the_same_seed_and_place_the_same_numbers_others_others(written: dict[str, Any]) -> None:
    first = build(written, n=6, d=5)
    assert np.array_equal(first, build(written, n=6, d=5))
    for seed, place in ((54, PLACE), (53, ("other", 0)), (53, ("group", 1))):
        other = build(written, seed, place, n=6, d=5)
        assert other.shape == first.shape
        assert not np.array_equal(first, other)


@pytest.mark.parametrize("written", DRAWN, ids=lambda written: next(iter(written)))
def test_shapes_follow_the_sizes(written: dict[str, Any]) -> None:
    square = next(iter(written)) in ("permutation", "mask")
    assert build(written, n=6, d=5).shape == (6, 6 if square else 5)
    assert build(written, n=1, d=1).shape == (1, 1)


# ------------------------------------------------------------------------------------------------ normal, uniform


def test_normal_is_the_standard_stream_stretched_and_rounded() -> None:
    drawn = Source(53, "group", 0, "x").random.standard_normal((3, 4))
    assert np.array_equal(build({"normal": [3, 4]}), np.round(drawn * 1024) / 1024)
    expected = np.round((2.0 + 3.0 * drawn) * 1024) / 1024
    assert np.array_equal(build({"normal": ["n", 4], "mean": "n - 1", "std": "sqrt(9)"}, n=3), expected)


def test_normal_numbers_are_normal() -> None:
    array = build({"normal": [200, 100], "std": "1 / sqrt(d)"}, d=4)
    assert abs(array.mean()) < 0.02
    assert abs(array.std() - 0.5) < 0.02


def test_uniform_is_the_stream_of_rand_rounded() -> None:
    drawn = Source(53, "group", 0, "x").random.random_sample((3, 4))
    assert np.array_equal(build({"uniform": [3, 4]}), np.round(drawn * 1024) / 1024)


@given(st.integers(-20, 20), st.integers(1, 20), st.integers(0, 2**31 - 1))
@settings(max_examples=30)
def test_uniform_numbers_lie_between_their_bounds(low: int, width: int, seed: int) -> None:
    array = build({"uniform": [50], "low": low, "high": low + width}, seed)
    assert array.min() >= low
    assert array.max() <= low + width
    assert array.max() - array.min() > width / 4
    in_steps(array)


@pytest.mark.parametrize("key", ["normal", "uniform"])
@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
def test_float_widths(key: str, dtype: str) -> None:
    array = build({key: [4, 3], "dtype": dtype})
    assert array.dtype == dtype
    assert array.tolist() == build({key: [4, 3]}).astype(dtype).tolist()


@pytest.mark.parametrize("key", ["normal", "uniform"])
@pytest.mark.parametrize("dtype", ["int64", "complex128", "float128", "float", 64, None])
def test_other_dtypes_are_refused(key: str, dtype: object) -> None:
    assert "'float64', 'float32' or 'float16'" in refused({key: [2], "dtype": dtype})


# ------------------------------------------------------------------------------------------------ integers


@given(st.integers(-50, 50), st.integers(0, 5), st.integers(0, 2**31 - 1))
@settings(max_examples=30)
def test_integers_take_every_value_of_their_range_and_no_other(low: int, width: int, seed: int) -> None:
    array = build({"integers": [200], "low": low, "high": low + width}, seed)
    assert set(array.tolist()) == set(range(low, low + width + 1))


def test_the_bounds_may_be_formulas() -> None:
    array = build({"integers": [100], "low": "n", "high": "2 * n / 2 + 1"}, n=4)
    assert set(array.tolist()) == {4, 5}


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        ({"low": 3, "high": 2}, "integers from 3 to 2: there are none"),
        ({"low": 10}, "integers from 10 to 9: there are none"),
        ({"low": 0.5}, "`0.5` is 0.5: a bound of integers is a whole number within ±2**53"),
        ({"high": 1e18}, "`1e+18` is 1e+18: a bound of integers is a whole number within ±2**53"),
        ({"low": "-2 ** 60"}, "`-2 ** 60` is -1.15292e+18: a bound of integers is a whole number within ±2**53"),
    ],
)
def test_bounds_that_cannot_be(bounds: dict[str, object], message: str) -> None:
    assert refused({"integers": [2], **bounds}) == message


# ------------------------------------------------------------------------------------------------ matrices


def test_one_hot_rows_have_one_1() -> None:
    array = build({"one_hot": [2, 30, 4]})
    assert array.shape == (2, 30, 4)
    assert array.dtype == np.float64
    assert np.array_equal(np.sort(array, axis=-1)[..., -1], np.ones((2, 30)))
    assert np.array_equal(array.sum(axis=-1), np.ones((2, 30)))
    assert (array.sum(axis=(0, 1)) > 0).all()
    assert build({"one_hot": [3]}).shape == (3,)


@pytest.mark.parametrize("shape", [[], [3, 0], [0]])
def test_one_hot_needs_a_place_for_the_1(shape: list[int]) -> None:
    assert refused({"one_hot": shape}) == "one_hot needs a last dimension of at least 1"


@pytest.mark.parametrize("shape", [(1, 1), (4, 4), (6, 3), (5, 1), (30, 30), (3, 0), (0, 0)])
def test_orthogonal_columns(shape: tuple[int, int]) -> None:
    array = build({"orthogonal": list(shape)})
    assert array.shape == shape
    in_steps(array)
    assert np.allclose(array.T @ array, np.eye(shape[1]), atol=6e-3)


@pytest.mark.parametrize("shape", [[], [3], [2, 3], [2, 2, 2]])
def test_orthogonal_needs_enough_rows(shape: list[int]) -> None:
    assert refused({"orthogonal": shape}) == ("orthogonal needs two dimensions, the first not smaller than the second")


@pytest.mark.parametrize("n", [0, 1, 2, 7])
def test_permutation_matrices(n: int) -> None:
    array = build({"permutation": ["n", "n"]}, n=n)
    assert array.shape == (n, n)
    assert array.dtype == np.float64
    assert set(array.ravel().tolist()) <= {0.0, 1.0}
    assert np.array_equal(array.sum(axis=0), np.ones(n))
    assert np.array_equal(array.sum(axis=1), np.ones(n))


@pytest.mark.parametrize("shape", [[], [3], [3, 4], [2, 3, 3]])
def test_permutation_matrices_are_square(shape: list[int]) -> None:
    assert refused({"permutation": shape}) == "permutation needs two dimensions of one size"


# ------------------------------------------------------------------------------------------------ masks


def test_a_causal_mask_hides_what_comes_later() -> None:
    assert build({"mask": [2, 3], "kind": "causal"}).tolist() == [[True, False, False], [True, True, False]]


def test_a_padding_mask_hides_the_last_third() -> None:
    assert build({"mask": [2, 7], "kind": "padding"}).tolist() == [[True] * 5 + [False] * 2] * 2
    assert build({"mask": [1, 2], "kind": "padding"}).all()
    assert build({"mask": [1, 3], "kind": "padding"}).tolist() == [[True, True, False]]


@pytest.mark.parametrize(("rows", "columns"), [(6, 6), (3, 6), (9, 3), (5, 1), (4, 0), (0, 3)])
@pytest.mark.parametrize("seed", range(5))
def test_a_random_mask_leaves_every_query_a_key(rows: int, columns: int, seed: int) -> None:
    mask = build({"mask": [rows, columns], "kind": "random"}, seed)
    assert mask.shape == (rows, columns)
    assert columns == 0 or mask.any(axis=1).all()
    assert np.diagonal(mask).all()


def test_a_random_mask_shows_and_hides() -> None:
    mask = build({"mask": [40, 40], "kind": "random"})
    assert 0.4 < mask.mean() < 0.62


@pytest.mark.parametrize("kind", ["causal", "random", "padding"])
def test_masks_are_the_same_for_every_item_and_can_be_written_to(kind: str) -> None:
    mask = build({"mask": [2, 3, 4, 4], "kind": kind})
    assert mask.shape == (2, 3, 4, 4)
    assert mask.dtype == bool
    assert (mask == mask[0, 0]).all()
    mask[0, 0, 0, 0] = False
    assert mask[1, 0, 0, 0]
    as_numbers = build({"mask": [4, 4], "kind": kind, "values": "number"})
    assert as_numbers.dtype == np.float64
    assert np.array_equal(as_numbers, build({"mask": [4, 4], "kind": kind}))


@pytest.mark.parametrize("shape", [[], [3]])
def test_masks_need_two_dimensions(shape: list[int]) -> None:
    assert refused({"mask": shape}) == "mask needs two dimensions or more"


def test_other_masks_are_refused() -> None:
    assert "'causal', 'random' or 'padding'" in refused({"mask": [3, 3], "kind": "cousal"})
    assert "'bool' or 'number'" in refused({"mask": [3, 3], "values": "float"})
