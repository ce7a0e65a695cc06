import numpy as np
import pytest

from grader.reports.page_text import Room, capitalised, differs, digits_for, number, shape


def test_text_is_cut_and_says_so() -> None:
    assert Room().text("a" * 10, 10) == "a" * 10
    assert Room().text("a" * 11, 10) == "a" * 10 + " … (cut)"


def test_escapes_count_as_what_is_shown() -> None:
    assert Room().text("\x1b" * 3, 10) == r"\x1b\x1b\x" + " … (cut)"


def test_what_is_asked_for_first_gets_the_room() -> None:
    room = Room(10)
    assert (room.text("a" * 8), room.text("b" * 8), room.text("c")) == ("a" * 8, "bb … (cut)", " … (cut)")
    assert room.text("") == ""


def test_lines_stay_lines_and_what_is_one_line_stays_one() -> None:
    assert Room().text("\n a\nb\n\n") == " a\nb"
    assert Room().line("a\nb\t\u202ec") == r"a\nb\t\u202ec"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("the scores are not scaled", "The scores are not scaled"),
        ("compute_qkv is right", "compute_qkv is right"),
        ("`output` holds NaN", "`output` holds NaN"),
        ("K is used for Q", "K is used for Q"),
        ("softmax", "softmax"),
        ("", ""),
    ],
)
def test_a_sentence_begins_with_a_capital_but_a_name_does_not(text: str, shown: str) -> None:
    assert capitalised(text) == shown


def test_rounding_is_no_difference_and_nan_is_nan() -> None:
    got = np.array([1.0, 1 + 1e-9, 1.1, np.nan, np.nan, np.inf, -np.inf])
    expected = np.array([1.0, 1.0, 1.0, np.nan, 1.0, np.inf, np.inf])
    found = differs(got, expected)
    assert found is not None
    assert found.tolist() == [False, False, True, False, True, False, True]


def test_of_other_shapes_no_entry_is_compared() -> None:
    assert differs(np.ones(2), np.ones(3)) is None


def test_booleans_and_complex_numbers_are_compared() -> None:
    for got, expected in ((np.array([True]), np.array([False])), (np.array([1j]), np.array([1.0]))):
        found = differs(got, expected)
        assert found is not None
        assert found.tolist() == [True]


@pytest.mark.parametrize(("by", "digits"), [(0.1, 4), (1e-5, 6), (1e-8, 9), (1e-15, 17)])
def test_what_differs_looks_different(by: float, digits: int) -> None:
    got, expected = np.array([1.0, 2 + by]), np.array([1.0, 2.0])
    found = digits_for(got, expected, np.array([False, True]))
    assert found == digits
    assert number(got[1], found) != number(expected[1], found)


def test_of_other_shapes_four_digits_are_shown() -> None:
    assert digits_for(np.ones(2), np.ones(3), None) == 4


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1.0, "1"), (-0.25, "−0.25"), (float("nan"), "nan"), (1e-300, "1e−300"), (True, "True"), (3, "3"), (-2j, "−0−2j")],
)
def test_numbers(value: complex, shown: str) -> None:
    assert number(value) == shown


def test_shapes() -> None:
    assert [shape(sizes) for sizes in ((2, 3), (4,), (1,), (0, 2), ())] == [
        "2 × 3",
        "4 numbers",
        "1 number",
        "0 × 2",
        "",
    ]
