"""When two arrays agree, and what is said of those that do not."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import DTypeLike

from grader.compare import Difference, Tolerance, agree, difference
from grader.model import Array

EXACT = Tolerance(0.0, 0.0)
DEFAULT = Tolerance()
DTYPES = ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16"]


def array(values: Any, dtype: DTypeLike | None = None) -> Array:
    return np.array(values, dtype=dtype)


def found(got: Any, expected: Any, tolerance: Tolerance = EXACT) -> Difference:
    seen = difference(np.asarray(got), np.asarray(expected), tolerance)
    assert seen is not None
    return seen


# ------------------------------------------------------------------------------------------------ what is allowed


def test_the_defaults_let_a_right_solution_in_float32_pass() -> None:
    assert Tolerance(1e-5, 1e-6) == DEFAULT


def test_allowed_is_atol_times_scale_plus_rtol_times_the_entry() -> None:
    allowed = Tolerance(rtol=0.01, atol=0.001).allowed(array([0.0, -200.0, 50.0]))
    assert allowed.tolist() == pytest.approx([0.2, 2.2, 0.7])


def test_the_scale_is_at_least_one() -> None:
    assert Tolerance(rtol=0.01, atol=0.001).allowed(array([0.5, 0.0])).tolist() == pytest.approx([0.006, 0.001])


def test_what_is_not_finite_is_allowed_nothing_and_sets_no_scale() -> None:
    allowed = Tolerance(rtol=0.01, atol=0.001).allowed(array([np.inf, -np.inf, np.nan, 2.0]))
    assert allowed.tolist() == pytest.approx([0, 0, 0, 0.022])


@pytest.mark.parametrize("dtype", DTYPES)
def test_allowed_is_float64_for_every_dtype(dtype: str) -> None:
    allowed = Tolerance(rtol=0.5, atol=0.25).allowed(array([1, 0], dtype))
    assert allowed.dtype == np.float64
    assert allowed.tolist() == [0.75, 0.25]


def test_allowed_of_extreme_integers_and_complex_numbers() -> None:
    assert Tolerance(rtol=0.5, atol=0.0).allowed(array([-(2**63)], "i8")).tolist() == [2.0**62]
    assert Tolerance(rtol=0.5, atol=0.0).allowed(array([3 + 4j])).tolist() == [2.5]
    assert Tolerance(rtol=0.5, atol=0.5).allowed(array([1.7e308 + 1.7e308j])).tolist() == [0.0]  # |x| is infinite
    assert Tolerance(rtol=0.5, atol=0.0).allowed(array([-60000], "f2")).tolist() == [30000.0]


@pytest.mark.parametrize("shape", [(0,), (3, 0), (0, 4, 2), ()])
def test_allowed_has_the_shape_of_what_is_expected(shape: tuple[int, ...]) -> None:
    assert DEFAULT.allowed(np.zeros(shape)).shape == shape


# ------------------------------------------------------------------------------------------------ agreement


@pytest.mark.parametrize("dtype", DTYPES)
def test_equal_arrays_agree_exactly(dtype: str) -> None:
    values = array([[0, 1], [1, 1]], dtype)
    assert difference(values, values.copy(), EXACT) is None
    assert agree(values, values.copy(), EXACT.allowed(values))


@pytest.mark.parametrize("got", DTYPES)
@pytest.mark.parametrize("expected", DTYPES)
def test_equal_numbers_agree_across_dtypes_and_others_do_not(got: str, expected: str) -> None:
    assert difference(array([0, 1], got), array([0, 1], expected), EXACT) is None
    seen = found(array([0, 0, 1], got), array([0, 1, 1], expected))
    assert (seen.count, seen.at, seen.absolute) == (1, (1,), 1.0)
    assert agree(array([0, 1], got), array([0, 1], expected), np.zeros(2))
    assert not agree(array([0, 0], got), array([0, 1], expected), np.zeros(2))
    assert agree(array([0, 0], got), array([0, 1], expected), np.ones(2))


@pytest.mark.parametrize("dtype", ["u1", "u2", "u4", "u8"])
def test_unsigned_numbers_do_not_wrap_around(dtype: str) -> None:
    low, high = array([3], dtype), array([5], dtype)
    for got, expected in ((low, high), (high, low)):
        assert found(got, expected).absolute == 2.0
        assert difference(got, expected, Tolerance(0.0, 0.7)) is None  # 0.7 · 5 and 0.7 · 3 are allowed
        assert not agree(got, expected, array([1.9]))
        assert agree(got, expected, array([2.0]))


def test_small_integers_and_float16_do_not_overflow() -> None:
    assert found(array([127], "i1"), array([-128], "i1")).absolute == 255.0
    assert not agree(array([127], "i1"), array([-128], "i1"), array([254.0]))
    assert found(array([60000], "f2"), array([-60000], "f2")).absolute == 120000.0
    assert agree(array([60000], "f2"), array([-60000], "f2"), array([120000.0]))


def test_the_tolerance_is_included() -> None:
    assert difference(array([1.5]), array([1.0]), Tolerance(0.0, 0.5)) is None
    assert difference(array([1.5]), array([1.0]), Tolerance(0.5, 0.0)) is None
    assert difference(array([1.5]), array([1.0]), Tolerance(0.25, 0.25)) is None
    assert found([1.5], [1.0], Tolerance(0.25, 0.2)).allowed == pytest.approx(0.45)


def test_the_relative_part_is_of_what_is_expected() -> None:
    assert difference(array([15.0]), array([10.0]), Tolerance(0.5, 0.0)) is None
    assert found([10.0], [15.1], Tolerance(0.25, 0.0)).allowed == pytest.approx(3.775)
    assert difference(array([0.0]), array([1e-7]), DEFAULT) is None


def test_a_small_entry_beside_a_large_one_may_be_off_by_the_scale() -> None:
    assert difference(array([1e6, 0.9]), array([1e6, 0.0]), DEFAULT) is None
    assert found([1.0, 0.9], [1.0, 0.0], DEFAULT).at == (1,)


@pytest.mark.parametrize("shape", [(0,), (3, 0), (0, 4, 2)])
def test_empty_arrays_agree(shape: tuple[int, ...]) -> None:
    assert difference(np.zeros(shape), np.ones(shape), EXACT) is None
    assert agree(np.zeros(shape), np.ones(shape), np.zeros(shape))


# ------------------------------------------------------------------------------------------------ NaN, infinity


INF, NAN = math.inf, math.nan


@pytest.mark.parametrize("value", [INF, -INF, NAN])
def test_what_is_not_finite_agrees_with_itself_only(value: float) -> None:
    assert difference(array([value, 1.0]), array([value, 1.0]), EXACT) is None
    for other in {INF, -INF, NAN, 0.0, 1e308} - {value}:
        seen = found([1.0, other], [1.0, value], Tolerance(0.9, 0.9))
        assert (seen.count, seen.at, seen.absolute, seen.allowed) == (1, (1,), INF, 0.0)


@pytest.mark.parametrize("value", [INF, -INF, NAN])
def test_what_is_not_finite_is_never_within_the_tolerance(value: float) -> None:
    seen = found([value, 1.0], [1.0, 1.0], Tolerance(0.99, 0.99))
    assert (seen.count, seen.at, seen.absolute) == (1, (0,), INF)
    assert not agree(array([value]), array([1.0]), array([0.99]))


def test_the_fast_answer_is_no_where_it_cannot_tell() -> None:
    assert not agree(array([INF]), array([INF]), array([0.0]))
    assert not agree(array([NAN]), array([NAN]), array([0.0]))
    assert not agree(array([1.7e308]), array([-1.7e308]), array([1.0]))


def test_complex_numbers() -> None:
    assert difference(array([1 + 2j]), array([1 + 2j]), EXACT) is None
    assert found([1 + 2j], [1 - 2j]).absolute == 4.0
    assert found([1 + 2j], [1 - 2j]).got == 1 + 2j
    assert found([1 + 2j], [1.0]).expected == 1 + 0j
    assert found([1.0], [1 + 1e-3j]).absolute == pytest.approx(1e-3)
    assert difference(array([complex(NAN, 1)]), array([complex(1, NAN)]), EXACT) is None  # numpy calls both NaN
    assert found([complex(INF, 0)], [complex(-INF, 0)]).absolute == INF
    assert difference(array([3 + 4j], "c8"), array([3 + 4.00001j], "c16"), DEFAULT) is None
    assert not agree(array([1 + 2j]), array([1 - 2j]), array([3.9]))


def test_huge_values_neither_warn_nor_agree() -> None:
    seen = found([1.7e308], [-1.7e308], Tolerance(0.5, 0.5))
    assert seen.absolute == INF
    assert found([1.7e308 * (1 + 1j)], [-1.7e308 * (1 + 1j)]).absolute == INF
    assert found(array([3e38 + 3e38j], "c8"), array([-3e38 - 3e38j], "c8")).count == 1
    assert difference(array([1e308]), array([1e308 * (1 + 1e-6)]), DEFAULT) is None


def test_large_integers_are_compared_as_integers() -> None:
    assert difference(array([2**63 - 1]), array([2**63 - 1]), EXACT) is None
    assert difference(array([2**64 - 1], "u8"), array([2**64 - 1], "u8"), EXACT) is None
    assert found(array([2**64 - 1], "u8"), array([-1], "i8")).count == 1


# ------------------------------------------------------------------------------------------------ what is said


def test_where_the_largest_difference_is_and_how_many_there_are() -> None:
    expected = np.arange(24.0).reshape(2, 3, 4)
    got = expected.copy()
    got[0, 1, 2] += 0.5
    got[1, 2, 0] -= 2.0
    got[1, 2, 3] += 1.0
    seen = found(got, expected, Tolerance(0.0, 0.01))
    assert seen == Difference(3, 24, (1, 2, 0), 18.0, 20.0, 2.0, seen.allowed)
    assert seen.allowed == pytest.approx(0.23)
    assert seen.share == 3 / 24
    assert all(type(index) is int for index in seen.at)
    assert type(seen.got) is float
    assert type(seen.absolute) is float


def test_entries_within_the_tolerance_are_not_where_it_is() -> None:
    seen = found([100.0, 0.5], [109.0, 0.0], Tolerance(0.1, 0.001))  # the 9 are allowed, the 0.5 are not
    assert (seen.count, seen.at, seen.absolute) == (1, (1,), 0.5)
    assert seen.allowed == pytest.approx(0.109)


def test_the_first_of_equal_differences_is_named() -> None:
    assert found([1.0, 1.0, 1.0], [1.0, 2.0, 2.0]).at == (1,)
    assert found([0.0, INF, NAN], [1.0, 1.0, 1.0]).at == (1,)


def test_numbers_without_dimensions() -> None:
    assert difference(array(2.0), array(2.0), EXACT) is None
    assert found(2, 5) == Difference(1, 1, (), 2.0, 5.0, 3.0, 0.0)
    assert found(2, 5).share == 1.0


def test_a_share_of_all() -> None:
    assert found(np.zeros(4), np.ones(4)).share == 1.0


# ------------------------------------------------------------------------------------------------ in general

numbers = st.floats(-1e6, 1e6, width=32)


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=6), st.floats(0, 0.5), st.floats(0, 0.5))
def test_as_the_formula_says(pairs: list[tuple[float, float]], rtol: float, atol: float) -> None:
    got, expected = array([a for a, _ in pairs]), array([b for _, b in pairs])
    scale = max(1.0, *(abs(b) for _, b in pairs))
    wrong = [abs(a - b) > atol * scale + rtol * abs(b) for a, b in pairs]
    seen = difference(got, expected, Tolerance(rtol, atol))
    assert (seen.count if seen else 0) == sum(wrong)
    if seen is not None:
        off = [abs(a - b) if bad else 0.0 for (a, b), bad in zip(pairs, wrong, strict=True)]
        assert seen.absolute == max(off)
        assert seen.at == (off.index(max(off)),)
    assert agree(got, expected, Tolerance(rtol, atol).allowed(expected)) is (seen is None)


@example("?", "f8", bytes.fromhex("000000000000e27f0000000000000000"))  # the greatest tolerance of the greatest number
@given(st.sampled_from(DTYPES), st.sampled_from(DTYPES), st.binary(min_size=16, max_size=16))
def test_any_bytes_are_compared_without_a_warning(one: str, other: str, data: bytes) -> None:
    def read(dtype: str) -> Array:
        if dtype == "?":
            return array([byte % 2 for byte in data[:1]], "?")
        return np.frombuffer(data, dtype)[:1].copy()

    for tolerance in (EXACT, Tolerance(0.9, 0.9)):
        assert difference(read(one), read(one), tolerance) is None
        seen = difference(read(one), read(other), tolerance)
        assert seen is None or seen.absolute >= 0
        agree(read(one), read(other), tolerance.allowed(read(other)))
