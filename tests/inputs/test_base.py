"""Streams of numbers, shapes, rounding: what all generators stand on."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from grader.expressions import Expression, ExpressionError
from grader.inputs.base import MAX_ELEMENTS, Generator, Source, Strict, rounded, shape_of


def shape(*written: object, **sizes: Any) -> tuple[int, ...]:
    return shape_of([Expression.parse(part) for part in written], sizes)


# ------------------------------------------------------------------------------------------------ streams


def test_a_stream_is_numpys_frozen_one_seeded_by_a_hash_of_the_place() -> None:
    digest = hashlib.sha256(b"53/group/0/x").digest()
    words = [int.from_bytes(digest[i : i + 4], "little") for i in range(0, 32, 4)]
    expected = np.random.RandomState(words).random_sample(5)
    assert np.array_equal(Source(53, "group", 0, "x").random.random_sample(5), expected)


def test_a_stream_is_the_same_on_every_machine() -> None:
    assert Source(53, "group", 0, "x").random.randint(0, 1000, 5).tolist() == [288, 714, 568, 559, 382]
    assert Source(0).random.randint(0, 1000, 5).tolist() == [273, 96, 918, 236, 200]


@pytest.mark.parametrize(
    "other", [(54, "a", 0, "x"), (53, "b", 0, "x"), (53, "a", 1, "x"), (53, "a", 0, "y"), (53, "a")]
)
def test_every_part_of_the_place_makes_another_stream(other: tuple[Any, ...]) -> None:
    here = Source(53, "a", 0, "x").random.random_sample(4)
    assert np.array_equal(here, Source(53, "a", 0, "x").random.random_sample(4))
    assert not np.isin(Source(*other).random.random_sample(4), here).any()


# ------------------------------------------------------------------------------------------------ shapes


def test_shapes() -> None:
    assert shape() == ()
    assert shape("n", 3, "n * d", n=2, d=4) == (2, 3, 8)
    assert shape(0, 5) == (0, 5)


def test_lists_of_sizes_are_flattened() -> None:
    assert shape("lead", "n", lead=(2, 3), n=5) == (2, 3, 5)
    assert shape("n", "lead", n=5, lead=()) == (5,)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("n / 2", "`n / 2` is 2.5: a size is a whole number from 0 to 1,000,000"),
        ("-n", "`-n` is -5: a size is a whole number from 0 to 1,000,000"),
        ("m", "the size `m` is not defined; defined are: n"),
        (2_000_000, "`2000000` is 2e+06: a size is a whole number from 0 to 1,000,000"),
    ],
)
def test_sizes_that_are_none(written: object, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        shape(3, written, n=5)
    assert str(caught.value) == message


def test_an_input_has_a_limit() -> None:
    assert shape(1000, MAX_ELEMENTS // 1000) == (1000, 4_000)
    with pytest.raises(ExpressionError, match="an input of 4,001,000 numbers; at most 4,000,000 are allowed"):
        shape(1000, MAX_ELEMENTS // 1000 + 1)
    with pytest.raises(ExpressionError, match="at most 4,000,000 are allowed"):
        shape("lead", lead=(1_000_000, 1_000_000))


# ------------------------------------------------------------------------------------------------ rounding


def test_rounding_to_multiples_of_a_1024th() -> None:
    assert rounded(np.array([0.3, -0.3, 1.0, 5e-4, 4.8e-4])).tolist() == [307 / 1024, -307 / 1024, 1.0, 1 / 1024, 0.0]


@given(st.floats(-1000, 1000))
def test_rounding_moves_by_half_a_step_at_most(value: float) -> None:
    near = float(rounded(np.array(value)))
    assert abs(near - value) <= 2**-11
    assert near * 1024 == int(near * 1024)


def test_a_single_number_stays_an_array() -> None:
    assert isinstance(rounded(np.array(0.3)), np.ndarray)


# ------------------------------------------------------------------------------------------------ descriptions


class Named(Generator):
    """As small as a generator gets."""

    KEY = "named"
    named: list[Expression]


class Sized(Generator):
    """One without a shape."""

    KEY = "sized"
    sized: Expression


def test_the_words_of_a_shape() -> None:
    assert Named(named=[Expression.parse("n"), Expression.parse("2*d")]).symbols([]) == ("n", "2*d")
    assert Sized(sized=Expression.parse("n")).symbols([]) == ()


def test_a_description_needs_nothing_unless_it_says_so() -> None:
    assert Sized(sized=Expression.parse("n")).needs() == ()
    with pytest.raises(NotImplementedError):
        Sized(sized=Expression.parse("n")).build({}, Source(0), {})


class Model(Strict):
    """Something with one key."""

    key: int = 1


def test_unknown_keys_are_errors_and_values_are_frozen() -> None:
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        Model.model_validate({"kee": 1})
    with pytest.raises(ValidationError, match="frozen"):
        Model().key = 2  # type: ignore[misc]
