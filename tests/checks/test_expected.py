"""The checks against expected values: what each objects to, in which words, in which order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pytest
from checks.trying import value_of

from grader.checks import AGAINST_EXPECTED, WELL_FORMED, Layout, Seen
from grader.checks.expected import HINTS, KIND_NAMES, describe, plainly_right
from grader.checks.expected import RIGHT as RIGHT_AT_ONCE
from grader.checks.not_finite import UNKNOWN
from grader.compare import Difference, Tolerance
from grader.model import Finding, Run, Value
from grader.steps import parse_step
from grader.wire import DTYPES

LAYOUT = Layout({}, {"y": ("n", "d")})
TWO = np.array([[1.0, 2.0], [3.0, 4.0]])


def seen(got: Mapping[str, Any], expected: Mapping[str, Any], layout: Layout = LAYOUT) -> Seen:
    values = {name: value if isinstance(value, Value) else value_of(value) for name, value in got.items()}
    arrays = {name: np.asarray(value) for name, value in expected.items()}
    run = Run((parse_step(f"{', '.join(got)} = f(x)"),), {}, tuple(got))
    return Seen({"": values}, {"": run}, tuple(got), layout, Tolerance(0.0, 0.001), arrays)


def found(got: Any, expected: Any, layout: Layout = LAYOUT) -> Finding:
    """The first objection to `y`, or that of the last check, which has none."""
    for check in AGAINST_EXPECTED:
        finding = check.find(seen({"y": got}, {"y": expected}, layout))
        if not finding.passed:
            break
    return finding


def well_formed(got: Any, layout: Layout = LAYOUT) -> Finding:
    """The same where nothing is expected."""
    for check in WELL_FORMED:
        finding = check.find(seen({"y": got}, {}, layout))
        if not finding.passed:
            break
    return finding


RIGHT = Finding("values", True)


# ------------------------------------------------------------------------------------------------ what is objected to


@pytest.mark.parametrize(
    ("got", "check", "message"),
    [
        (None, "type", "`y` is None: f returned nothing (is a `return` missing?)"),
        (
            Value("none", "NoneType (prints)", None),
            "type",
            "`y` is None: f prints, but returns nothing: end it with `return`",
        ),
        (Value("none", "NoneType (empty)", None), "type", "`y` is None: f is still to be written"),
        (
            TWO.tolist(),
            "type",
            "`y` is a list; expected a numpy array: the numbers in it are right, wrap it in np.array(…)",
        ),
        ([[1, 2], [3, 5]], "type", "`y` is a list; expected a numpy array: wrap it in np.array(…)"),
        ([1, 2], "type", "`y` is a list; expected a numpy array: wrap it in np.array(…)"),
        (tuple(TWO), "type", "f returned 2 values; expected one: return `y` alone"),
        ((TWO, TWO[0], 1), "type", "f returned 3 values; expected one: return `y` alone"),
        ((), "type", "f returned 0 values; expected one: return `y` alone"),
        ((TWO,), "type", "`y` is a tuple; expected a numpy array: wrap it in np.array(…)"),
        (
            Value("tuple", "made up by a worker", None),
            "type",
            "`y` is of type made up by a worker; expected a numpy array",
        ),
        ([[1.0], [1.0, 2.0]], "type", "`y` is of type list; expected a numpy array"),
        (3.0, "type", "`y` is of type float; expected a numpy array"),
        (np.float64(3.0), "type", "`y` is of type float64; expected a numpy array"),
        ({"y": 1}, "type", "`y` is of type dict; expected a numpy array (return the array alone)"),
        (np.array([None]), "type", "`y` is an array of objects, not of numbers"),
        (np.array(["1"]), "type", "`y` is an array of objects, not of numbers"),
        (Value("too_large", "ndarray", None), "type", "`y` is far too large to be the answer"),
        (Value("other", "DataFrame", None), "type", "`y` is of type DataFrame; expected a numpy array"),
        (TWO[0], "shape", "`y` has shape (2,); expected (2, 2) = (n, d)"),
        (TWO[None], "shape", "`y` has shape (1, 2, 2); expected (2, 2) = (n, d)"),
        (TWO[:1], "shape", "`y` has shape (1, 2); expected (2, 2) = (n, d)"),
        (np.array(1.0), "shape", "`y` has shape (); expected (2, 2) = (n, d)"),
        (TWO.astype(int), "dtype", "`y` holds whole numbers (int64); expected floats; were the fractions cut off?"),
        (TWO.astype("u1"), "dtype", "`y` holds whole numbers (uint8); expected floats; were the fractions cut off?"),
        (TWO > 0, "dtype", "`y` holds booleans (bool); expected floats"),
        (TWO + 0j, "dtype", "`y` holds complex numbers (complex128); expected floats"),
        (TWO * np.nan, "finite", "`y` has NaN in 4 of 4 values: " + UNKNOWN["NaN"]),
        (TWO + np.array([[np.inf, 0], [0, 0]]), "finite", "`y` has infinity in 1 of 4 values: " + UNKNOWN["infinity"]),
        (TWO + np.array([[np.inf, np.nan], [0, -np.inf]]), "finite", "`y` has NaN in 3 of 4 values: " + UNKNOWN["NaN"]),
        (
            TWO + np.array([[0, 0.5], [-2.0, 0.004]]),
            "values",
            "2 of 4 values of `y` differ; the largest difference is 2 at y[1, 0]: got 1, expected 3 (allowed: 0.004)",
        ),
    ],
)
def test_objections(got: Any, check: str, message: str) -> None:
    where = "y[1, 0]" if check == "values" else "y"
    assert found(got, TWO) == Finding(check, False, message, where)


@pytest.mark.parametrize("got", [TWO, TWO + 0.003, TWO.astype("f4"), TWO.astype("f2")])
def test_what_is_right(got: Any) -> None:
    assert found(got, TWO) == RIGHT


def test_shapes_without_words() -> None:
    message = found(TWO[0], TWO, Layout({}, {})).message
    assert message == "`y` has shape (2,); expected (2, 2)"


# ------------------------------------------------------------------------------------------------ kinds


@pytest.mark.parametrize("got", [3.0, np.float64(3.0), np.array(3.0)], ids=lambda got: type(got).__name__)
def test_where_a_number_is_expected_a_number_will_do(got: Any) -> None:
    assert found(got, 3.0) == RIGHT


@pytest.mark.parametrize(
    ("got", "message"),
    [
        (10**400, "`y` is of type int; expected a number"),
        (np.str_("3"), "`y` is of type str_; expected a number"),
        ([3.0], "`y` is a list; expected a number"),
        ("3", "`y` is of type str; expected a number (return the numbers, not their text)"),
    ],
)
def test_but_only_a_number_that_can_be_compared(got: Any, message: str) -> None:
    assert found(got, 3.0) == Finding("type", False, message, "y")


def test_where_a_number_is_expected_the_value_counts() -> None:
    message = "the value of `y` differs by 2: got 1, expected 3 (allowed: 0.003)"
    assert found(1.0, 3.0) == Finding("values", False, message, "y")


@pytest.mark.parametrize(
    ("got", "expected", "fits"),
    [
        *(("bool", "bool", True), ("int64", "bool", False), ("float64", "bool", False), ("uint8", "bool", False)),
        *(("int32", "int64", True), ("uint8", "int64", True), ("float32", "int64", True), ("bool", "int64", False)),
        *(("int64", "uint8", True), ("complex64", "int64", False), ("float16", "uint8", True)),
        *(("float16", "float64", True), ("int64", "float64", False), ("bool", "float64", False)),
        *(("uint64", "float64", False), ("complex128", "float64", False), ("float64", "complex128", False)),
        *(("complex64", "complex128", True), ("int8", "complex64", False)),
    ],
)
def test_the_kind_counts_and_never_the_width(got: str, expected: str, fits: bool) -> None:
    values = np.array([[1, 0], [0, 1]])
    finding = found(values.astype(got), values.astype(expected))
    assert finding.check == ("values" if fits else "dtype")
    assert finding.passed is fits
    assert finding.message.endswith("were the fractions cut off?") is (
        got[:3] in ("int", "uin") and expected[0] in "fc"
    )


def test_every_kind_that_can_come_has_a_name() -> None:
    assert {dtype.kind for dtype in DTYPES.values()} == KIND_NAMES.keys()


# ------------------------------------------------------------------------------------------------ not finite


def test_what_is_expected_not_to_be_finite_is_compared_as_a_value() -> None:
    expected = np.array([np.inf, -np.inf, 1.0])
    assert found(expected, expected) == RIGHT
    finding = found(np.array([np.inf, np.inf, 1.0]), expected)
    assert (finding.check, finding.where) == ("values", "y[1]")
    assert finding.message.startswith("1 of 3 values of `y` differs; the largest difference is inf at y[1]: got inf")
    assert found(np.array([np.inf, -np.inf, np.nan]), expected).message.startswith("`y` has NaN in 1 of 3 values: ")
    assert found(np.array([0.0, -np.inf, 1.0]), expected).check == "values"


@pytest.mark.parametrize("dtype", ["bool", "int64", "uint8"])
def test_whole_numbers_are_always_finite(dtype: str) -> None:
    assert found(np.ones(2, dtype), np.ones(2, dtype)) == RIGHT


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ([0], " (row 0, all of it)"),
        ([1, 3], " (rows 1, 3, all of it)"),
        (range(7), " (rows 0, 1, 2, 3, 4, 5, …, all of it)"),
        (range(9), ""),
        ([], ""),
    ],
)
def test_rows_that_are_bad_as_a_whole_are_named(bad: Iterable[int], told: str) -> None:
    got = np.zeros((9, 2))
    got[list(bad)] = np.nan
    if not list(bad):
        got[0, 1] = np.nan
    assert f" values{told}: it comes of" in found(got, np.zeros((9, 2))).message


def test_what_numpy_warned_of_is_the_cause() -> None:
    warned = Value("array", "ndarray (overflow encountered in exp: a.py, line 8)", TWO * np.nan)
    assert found(warned, TWO).message == (
        "`y` has NaN in 4 of 4 values: a.py, line 8: exp grew too large; "
        "subtract each row's maximum from the scores before it"
    )


@pytest.mark.parametrize("kind", HINTS)
def test_what_may_have_happened_is_told_whatever_numpy_warned_of(kind: str) -> None:
    told = found(Value("other", f"{kind} (overflow encountered in exp: a.py, line 8)", None), TWO).message
    assert told == f"`y` is of type {kind}; expected a numpy array ({HINTS[kind]})"


# ------------------------------------------------------------------------------------------------ several values


def test_the_first_value_that_is_wrong_is_named() -> None:
    got = {"Q": TWO, "K": TWO + 1, "V": TWO + 2}
    expected = dict.fromkeys(got, TWO)
    findings = [check.find(seen(got, expected)) for check in AGAINST_EXPECTED]
    assert [finding.passed for finding in findings] == [True, True, True, True, False]
    assert findings[-1].where == "K[0, 0]"
    assert findings[-1].message.startswith("4 of 4 values of `K` differ")


@pytest.mark.parametrize(
    ("bad", "check"), [(None, 0), (TWO[0], 1), (TWO.astype(int), 2), (TWO * np.nan, 3), (TWO + 1, 4)], ids=str
)
def test_every_value_is_looked_at(bad: Any, check: int) -> None:
    finding = AGAINST_EXPECTED[check].find(seen({"Q": TWO, "K": TWO, "V": bad}, dict.fromkeys("QKV", TWO)))
    assert not finding.passed
    assert str(finding.where).startswith("V")
    assert "`V`" in finding.message


# ------------------------------------------------------------------------------------------------ nothing expected


def test_without_expected_values_the_specs_shapes_count() -> None:
    layout = Layout({}, {"y": ("n", "d")}, {"y": (2, 2)})
    assert well_formed(TWO, layout) == Finding("finite", True)
    assert well_formed(TWO[0], layout).message == "`y` has shape (2,); expected (2, 2) = (n, d)"
    assert well_formed(TWO[0]) == Finding("finite", True)


def test_expected_values_count_more_than_the_specs_shapes() -> None:
    assert found(TWO, TWO, Layout({}, {}, {"y": (3, 3)})) == RIGHT


def test_without_expected_values_arrays_of_numbers_are_expected() -> None:
    assert well_formed(3.0).message == "`y` is of type float; expected a numpy array"
    assert well_formed(None).check == "type"
    assert well_formed(TWO * np.nan).message.startswith("`y` has NaN in 4 of 4 values: ")
    assert well_formed(TWO.astype(int)) == Finding("finite", True)


# ------------------------------------------------------------------------------------------------ a sentence


def test_a_difference_as_a_sentence() -> None:
    difference = Difference(3, 8, (1, 0, 2), 0.25, 0.5, 0.25, 1e-6)
    assert describe("y", difference) == (
        "3 of 8 values of `y` differ; the largest difference is 0.25 at y[1, 0, 2]: "
        "got 0.25, expected 0.5 (allowed: 1e-06)"
    )
    assert describe("y", Difference(1, 1, (), 1.0, 2.0, 1.0, 0.0), "should be") == (
        "the value of `y` differs by 1: got 1, should be 2 (allowed: 0)"
    )


# ------------------------------------------------------------------------------------------------ at once


@pytest.mark.parametrize(
    ("got", "plain"),
    [
        *((TWO, True), (TWO + 0.0005, True), (TWO.astype(np.float32), True)),
        *((TWO + 0.1, False), (TWO.tolist(), False), (TWO[:1], False), (TWO.astype(int), False), (None, False)),
        *((TWO * np.nan, False), (np.array([None]), False)),
    ],
)
def test_what_is_plainly_right_has_no_objection(got: Any, plain: bool) -> None:
    allowed = {"y": np.full(TWO.shape, 0.001)}
    assert plainly_right({"y": value_of(got)}, {"y": TWO}, allowed) is plain
    assert [finding.passed for finding in RIGHT_AT_ONCE] == [True] * len(AGAINST_EXPECTED)
    assert not plain or found(got, TWO) == RIGHT
