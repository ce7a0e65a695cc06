"""Arrays in a kit's file: each comes back as it was, bit by bit, and what is no array is refused with a sentence."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest

from grader import wire
from grader.checks import CHECKS
from grader.checks.properties import TokenPermutation
from grader.checks.robustness import LargeLogits
from grader.kit_format import KitCase, decode_array, encode_array, to_json
from grader.model import Array

SMALLEST = np.nextafter(0.0, 1.0)
ARRAYS: dict[str, Array] = {
    "floats": np.array([[0.1, -0.0], [1e308, SMALLEST]]),
    "numbers that are whole": np.array([1.0, 2.0]),
    "one number": np.array(2.5),
    "whole numbers": np.array([[-(2**63), 2**63 - 1]]),
    "unsigned": np.array([2**64 - 1], np.uint64),
    "booleans": np.array([[True, False]]),
    "nothing": np.zeros((2, 0, 3), np.float32),
    "nothing at all": np.zeros((0, 3), np.int64),
    "not finite": np.array([np.nan, -np.inf, 1.0]),
    "complex": np.array([1 + 2j]),
    "narrow": np.array([0.1, 3.4e38], np.float32),
    "half": np.array([0.1], np.float16),
    "bytes": np.array([255, 0], np.uint8),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_an_array_comes_back_as_it_was(name: str) -> None:
    array = ARRAYS[name]
    back = decode_array(json.loads(json.dumps(encode_array(array), allow_nan=False)))
    assert (back.dtype, back.shape, back.tobytes()) == (array.dtype, array.shape, array.tobytes())


def test_order_of_memory_and_of_bytes_is_no_part_of_it() -> None:
    big = np.arange(6.0).reshape(2, 3).astype(">f8")
    for array in (big, np.asfortranarray(big), big[:, ::-1]):
        back = decode_array(encode_array(array))
        assert back.dtype == np.float64
        assert back.tolist() == array.tolist()


def test_finite_numbers_can_be_read_by_people() -> None:
    assert encode_array(np.array([[1.5, 2.0]])) == {"dtype": "<f8", "shape": [1, 2], "values": [[1.5, 2.0]]}
    assert encode_array(np.array([np.inf])) == {"dtype": "<f8", "shape": [1], "base64": "AAAAAAAA8H8="}


def test_an_array_that_no_worker_takes_is_not_written() -> None:
    with pytest.raises(wire.WireError):
        encode_array(np.array([object()]))


def written(**changed: Any) -> dict[str, Any]:
    whole = {"dtype": "<f8", "shape": [2], "values": [1.0, 2.0]} | changed
    return {key: value for key, value in whole.items() if value is not ...}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ([1.0, 2.0], "expected an array"),
        (written(more=1), "expected an array"),
        (written(shape=...), "expected an array"),
        (written(values=...), "expected an array"),
        (written(dtype="|O"), "expected a dtype"),
        (written(dtype=["<f8"]), "expected a dtype"),
        (written(shape=2), "expected a shape"),
        (written(shape=[-1]), "expected a shape"),
        (written(shape=[True]), "expected a shape"),
        (written(shape=[2.0]), "expected a shape"),
        (written(shape=[1] * 33), "expected a shape"),
        (written(shape=[2**22, 0, 2]), "expected a shape"),
        (written(shape=[3]), "in lists of shape [3]"),
        (written(shape=[]), "in lists of shape []"),
        (written(values=[[1.0], [2.0]]), "in lists of shape [2]"),
        (written(values=[1.0, "2.0"]), "in lists of shape [2]"),
        (written(values=[1.0, None]), "in lists of shape [2]"),
        (written(values=[1.0, True]), "in lists of shape [2]"),
        (written(values=[1.0, 10**400]), "in lists of shape [2]"),
        (written(dtype="<f4", values=[1.0, 1e300]), "in lists of shape [2]"),
        (written(dtype="<i8", values=[1, 2.0]), "in lists of shape [2]"),
        (written(dtype="|u1", values=[1, 256]), "in lists of shape [2]"),
        (written(dtype="|u1", values=[1, -1]), "in lists of shape [2]"),
        (written(dtype="<i8", values=[1, 2**63]), "in lists of shape [2]"),
        (written(dtype="|b1", values=[0, 1]), "in lists of shape [2]"),
        (written(dtype="<c16"), "as base64"),
        (written(values=..., base64="AAAA"), "holds no array"),
        (written(values=..., base64="A"), "expected base64"),
        (written(values=..., base64="é" * 4), "expected base64"),
        (written(values=..., base64=7), "expected base64"),
    ],
)
def test_what_is_no_array_is_refused(wrong: object, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        decode_array(wrong)


def test_a_byte_that_is_neither_true_nor_false_is_true() -> None:
    assert decode_array({"dtype": "|b1", "shape": [2], "base64": "AgA="}).tobytes() == b"\x01\x00"


def case(**changed: Any) -> dict[str, Any]:
    return {
        "id": "g.1",
        "group": "g",
        "title": "[1,\n 2]",
        "steps": ["y  =  f( x )"],
        "observe": ["y"],
        "checks": [],
        "tolerance": {"rtol": 1e-5, "atol": 1e-6},
        "readings": [
            {
                "choice": {},
                "inputs": {"x": written(), "n": 2, "q": 0.5, "causal": True},
                "expected": None,
                "layout": {"inputs": {}, "outputs": {}, "shapes": {}, "sizes": {"n": 2, "scale": 2.0}},
            }
        ],
        **changed,
    }


def test_every_check_comes_back_with_its_parameters() -> None:
    checks = [*(check() for check in CHECKS), TokenPermutation(along="n"), LargeLogits(inputs=("Q", "K"), factor=9.0)]
    made = KitCase.model_validate(case(checks=checks))
    text = to_json(made)
    again = KitCase.model_validate(json.loads(text))
    assert again.checks == checks
    assert [type(check) for check in again.checks] == [type(check) for check in checks]
    assert '"token_permutation": {\n    "along": "n"' in text


def test_plain_numbers_keep_their_type_and_texts_their_content() -> None:
    made = KitCase.model_validate(case())
    again = KitCase.model_validate(json.loads(to_json(made)))
    inputs = again.readings[0].inputs
    assert [type(inputs[name]) for name in ("n", "q", "causal")] == [int, float, bool]
    assert [type(size) for size in again.readings[0].layout.sizes.values()] == [int, float]
    assert (again.title, again.steps[0].text) == ("[1,\n 2]", "y = f(x)")


def test_rows_of_numbers_stand_in_one_line() -> None:
    assert '"values": [1.0, 2.0]' in to_json(KitCase.model_validate(case()))
