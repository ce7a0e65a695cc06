"""What is not drawn: zeros, ones, identities, sizes, numbers as they are written."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from inputs.making import Spec, build, refused
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from grader.inputs import Literally, array_of

# ------------------------------------------------------------------------------------------------ generators


@pytest.mark.parametrize(("key", "value"), [("zeros", 0.0), ("ones", 1.0)])
def test_zeros_and_ones(key: str, value: float) -> None:
    array = build({key: ["lead", "n", 2]}, lead=(4, 1), n=3)
    assert array.shape == (4, 1, 3, 2)
    assert array.dtype == np.float64
    assert (array == value).all()
    assert build({key: []}).shape == ()


def test_identities() -> None:
    assert build({"identity": [2, 2]}).tolist() == [[1.0, 0.0], [0.0, 1.0]]
    assert build({"identity": [2, 3]}).tolist() == [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    many = build({"identity": ["lead", 3, 3]}, lead=(2, 4))
    assert many.shape == (2, 4, 3, 3)
    assert many.dtype == np.float64
    assert (many == np.eye(3)).all()
    many[0, 0] = 7.0  # a copy for every item
    assert (many[1] == np.eye(3)).all()


@pytest.mark.parametrize("shape", [[], [3]])
def test_an_identity_needs_two_dimensions(shape: list[int]) -> None:
    assert refused({"identity": shape}) == "identity needs two dimensions or more"


@pytest.mark.parametrize(
    ("written", "expected"), [("heads", 3), ("heads * 2", 6), (4, 4), ("1 / sqrt(d)", 0.5), (0.25, 0.25)]
)
def test_a_size_as_a_plain_number(written: object, expected: float) -> None:
    value = build({"value": written}, heads=3, d=4)
    assert value == expected
    assert type(value) is type(expected)


def test_a_list_of_sizes_is_no_number() -> None:
    assert refused({"value": "lead"}, lead=(2, 3)) == "`lead` is a list of sizes where one number is needed"


# ------------------------------------------------------------------------------------------------ numbers as written


@pytest.mark.parametrize("value", [0, 1, -3, 2.5, True, False, 2**63 - 1, -(2**63)])
def test_one_number_stays_a_plain_number(value: float) -> None:
    built = build(value)
    assert built == value
    assert type(built) is type(value)


@pytest.mark.parametrize(
    ("written", "dtype"),
    [
        ([1, 2], "int64"),
        ([[1, 0], [0, 1]], "int64"),
        ([1, 2.5], "float64"),
        ([1.0, 2.0], "float64"),
        ([True, False], "bool"),
        ([True, 2], "int64"),
        ([], "float64"),
        ([[], []], "float64"),
        ([[[1]], [[2]]], "int64"),
        ([math.nan, math.inf], "float64"),
    ],
)
def test_lists_are_arrays_of_one_kind(written: Any, dtype: str) -> None:
    array = build(written)
    assert array.dtype == dtype
    assert array.shape == np.shape(written)
    assert np.array_equal(array, np.array(written), equal_nan=dtype == "float64")


def test_numbers_are_copied() -> None:
    given = Literally.parse([1, 2])
    first: Any = given.build({}, None, {})  # type: ignore[arg-type]  # it draws nothing
    first[0] = 9
    assert np.array_equal(given.build({}, None, {}), [1, 2])  # type: ignore[arg-type]


def test_numbers_need_nothing_and_name_no_sizes() -> None:
    given = Literally.parse([[1, 2]])
    assert given.needs() == ()
    assert given.symbols([]) == ()
    assert Literally.parse(given) is given


@pytest.mark.parametrize("written", [[[1, 2], [3]], [1, [2]], [[[1]], [[1, 2]]]])
def test_rows_have_one_length(written: Any) -> None:
    assert refused(written) == "the rows have different lengths"


@pytest.mark.parametrize(
    "written", ["text", ["a"], [1, "2"], [None], None, [1j], {1, 2}, b"x", [2**64], [2**63], 2**64]
)
def test_what_is_no_number_is_refused(written: Any) -> None:
    assert refused(written) == "expected a (nested) list of numbers"


@pytest.mark.parametrize("written", [math.nan, math.inf, -math.inf])
def test_a_plain_number_is_finite(written: float) -> None:
    assert refused(written) == "expected a finite number; NaN and infinities only stand in arrays"


def test_only_lists_are_read() -> None:
    written: Any
    for written in (3, (1, 2), np.zeros(2), {}, "1"):
        with pytest.raises(PydanticCustomError, match="expected a"):
            array_of(written)


def test_the_place_of_a_wrong_number_is_its_input() -> None:
    with pytest.raises(ValidationError) as caught:
        Spec.model_validate({"given": {"x": [1], "y": [[1], []]}})
    (error,) = caught.value.errors()
    assert error["loc"][:2] == ("given", "y")
