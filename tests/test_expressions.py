"""Formulas of sizes: what can be written, what it is worth, and what is refused with which words."""

from __future__ import annotations

import ast
import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from grader.expressions import LARGEST, MAX_EXPONENT, MAX_LENGTH, Environment, Expression, ExpressionError, parse_range

SIZES: Environment = {"heads": 3, "d_head": 4, "n": 5, "half": 0.5, "lead": (2, 3)}


def refusal(written: object, sizes: Environment = SIZES) -> str:
    with pytest.raises(ExpressionError) as caught:
        Expression.parse(written).value(sizes)
    return str(caught.value)


# ------------------------------------------------------------------------------------------------ values


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (7, 7),
        (0, 0),
        (-2, -2),
        (0.25, 0.25),
        ("heads", 3),
        ("  heads ", 3),
        ("heads * d_head", 12),
        ("heads + d_head * n", 23),
        ("(heads + d_head) * n", 35),
        ("d_head - n", -1),
        ("n / d_head", 1.25),
        ("n // d_head", 1),
        ("n % heads", 2),
        ("heads ** 2", 9),
        ("2 ** -1", 0.5),
        ("-heads ** 2", -9),
        ("--n", 5),
        ("sqrt(d_head)", 2.0),
        ("1 / sqrt(d_head)", 0.5),
        ("min(n, heads, d_head)", 3),
        ("max(n, heads, 2 * d_head)", 8),
        ("half + 1e-3", 0.501),
    ],
)
def test_arithmetic(written: object, expected: float) -> None:
    value = Expression.parse(written).value(SIZES)
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("n == 5", True),
        ("n != 5", False),
        ("heads < d_head", True),
        ("d_head < heads", False),
        ("heads < heads", False),
        ("heads <= heads", True),
        ("n > d_head", True),
        ("heads > heads", False),
        ("heads >= heads", True),
        ("heads >= d_head", False),
        ("heads < d_head < n", True),
        ("heads < n < d_head", False),
        ("n > d_head < heads", False),
        ("different(n, heads, d_head)", True),
        ("different(n, heads, 5)", False),
        ("different(n)", True),
    ],
)
def test_conditions(written: str, expected: bool) -> None:
    assert Expression.parse(written).value(SIZES) is expected


@given(
    st.integers(-50, 50),
    st.integers(-50, 50),
    st.sampled_from(["+", "-", "*", "/", "//", "%", "<", "<=", "==", "!=", ">", ">="]),
)
def test_formulas_are_worth_what_python_says(a: int, b: int, operator: str) -> None:
    formula = Expression.parse(f"a {operator} b")
    try:
        expected = eval(f"a {operator} b", {"a": a, "b": b})
    except ZeroDivisionError:
        with pytest.raises(ExpressionError, match="cannot be computed"):
            formula.value({"a": a, "b": b})
    else:
        assert formula.value({"a": a, "b": b}) == expected


def test_names_are_those_that_are_used() -> None:
    assert Expression.parse("heads * sqrt(d) + min(a, -b) ** c").names == {"heads", "d", "a", "b", "c"}
    assert Expression.parse("a < b <= c").names == {"a", "b", "c"}
    assert Expression.parse(3).names == frozenset()


def test_the_text_is_kept_as_written() -> None:
    assert Expression.parse("heads*d_head").text == "heads*d_head"
    assert Expression.parse(12).text == "12"
    assert Expression.parse(0.5).text == "0.5"


def test_an_expression_parses_to_itself() -> None:
    expression = Expression.parse("n")
    assert Expression.parse(expression) is expression


# ------------------------------------------------------------------------------------------------ lists of sizes


def test_a_lone_name_may_stand_for_a_list_of_sizes() -> None:
    assert Expression.parse("lead").value(SIZES) == (2, 3)
    assert Expression.parse(" lead ").value(SIZES) == (2, 3)


@pytest.mark.parametrize("written", ["lead * 2", "lead + lead", "min(lead)", "-lead", "lead == n", "different(lead)"])
def test_nothing_is_computed_with_a_list_of_sizes(written: str) -> None:
    assert refusal(written) == "`lead` is a list of sizes: it can stand in a shape, not in a formula"


def test_where_one_number_is_needed_a_list_is_refused() -> None:
    with pytest.raises(ExpressionError, match="`lead` is a list of sizes where one number is needed"):
        Expression.parse("lead").number(SIZES)
    with pytest.raises(ExpressionError, match="where one number is needed"):
        Expression.parse("lead").size(SIZES)


# ------------------------------------------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    "written",
    [
        "__import__('os')",
        "n.real",
        "n[0]",
        "[n]",
        "(n, n)",
        "{n}",
        "'text'",
        "b'x'",
        "True",
        "None",
        "...",
        "1j",
        "+n",
        "~n",
        "not n",
        "n and n",
        "n if n else 1",
        "n in lead",
        "n is n",
        "n @ n",
        "n << 2",
        "n | 2",
        "lambda: n",
        "exp(n)",
        "min(*lead)",
        "max(n, default=1)",
        "min(n, key=n)",
        "sqrt(x=n)",
        "(sqrt)(n)(n)",
        "(m := n)",
        "f'{n}'",
        "[n for n in lead]",
        "sqrt(True)",
        "min(n, 'a')",
        "n == 'a'",
        "-True",
    ],
)
def test_nothing_else_can_be_written(written: str) -> None:
    with pytest.raises(ExpressionError, match="is not allowed in a formula: numbers, sizes"):
        Expression.parse(written)


def test_the_refusal_names_the_part_and_what_is_allowed() -> None:
    assert refusal("n + exp(n)") == (
        "`exp(n)` is not allowed in a formula: numbers, sizes, + - * / // % **, comparisons and "
        "sqrt, min, max, different are"
    )


@pytest.mark.parametrize(
    "written", ["", "  ", "n +", "n n", "n = 1", "n; n", "1 +\n2", "(n", "n)", "2..7", "a\0b", "n,,"]
)
def test_what_python_cannot_read_is_no_formula(written: str) -> None:
    with pytest.raises(ExpressionError, match="is no formula"):
        Expression.parse(written)


@pytest.mark.parametrize("written", [True, False, None, [], ["n"], {}, {"n": 1}, b"n", 1j, object()])
def test_what_is_neither_number_nor_text_is_refused(written: object) -> None:
    with pytest.raises(ExpressionError, match="expected a number or a formula such as `heads"):
        Expression.parse(written)


def test_the_length_has_a_limit() -> None:
    longest = "n" + " " * (MAX_LENGTH - 1)
    assert Expression.parse(longest).value(SIZES) == 5
    with pytest.raises(ExpressionError, match="a formula of more than 200 characters"):
        Expression.parse(longest + " ")


@pytest.mark.parametrize(
    ("written", "expected"), [("(" * 99 + "n" + ")" * 99, 5), ("-" * 198 + "n", 5), ("n" + "+n" * 99, 500)]
)
def test_nesting_as_deep_as_the_length_allows(written: str, expected: int) -> None:
    assert Expression.parse(written).value(SIZES) == expected


def test_an_unknown_name_is_told_with_those_that_are_there() -> None:
    assert refusal("d_modle", {"n": 1, "d_model": 2}) == "the size `d_modle` is not defined; defined are: n, d_model"
    assert refusal("2 * n", {}) == "the size `n` is not defined; defined are: none"


@pytest.mark.parametrize("written", ["1 / 0", "n // 0", "n % 0", "sqrt(-1)", "sqrt()", "sqrt(1, 2)", "min()", "min(n)"])
def test_what_cannot_be_computed_says_so(written: str) -> None:
    assert refusal(written).startswith(f"`{written}` cannot be computed: ")


@pytest.mark.parametrize(
    "written",
    [
        "(-8) ** 0.5",
        "1e999",
        "-1e999",
        "1e200 * 1e200",
        "10 ** 64 * 10 ** 64 * 10 ** 64 * 10 ** 64 * 10 ** 64",
        "1e299 * 11",
        "((9 ** 64) ** 64) ** 64",
        "1e300 + 1e300",
    ],
)
def test_results_are_finite_and_real(written: str) -> None:
    assert refusal(written) == f"`{written}` is no number, or one that is too large"


def test_large_numbers_up_to_the_limit_are_fine() -> None:
    assert Expression.parse("1e299 * 10").value({}) == pytest.approx(LARGEST)
    assert Expression.parse(1e300).value({}) == LARGEST
    assert refusal(1.01e300) == "`1.01e+300` is no number, or one that is too large"


def test_an_exponent_has_a_limit() -> None:
    assert Expression.parse(f"2 ** {MAX_EXPONENT}").value({}) == 2**64
    assert Expression.parse("2 ** -64").value({}) == 2.0**-64
    assert refusal("2 ** 65") == "an exponent larger than 64"
    assert refusal("2 ** -65") == "an exponent larger than 64"


@given(st.text(max_size=40))
def test_any_text_is_a_formula_or_refused(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        assert isinstance(Expression.parse(text).value(SIZES), int | float | tuple)


@given(st.text("n0123456789e.+-*/%()<>=! ,sqrtminaxdf", max_size=30))
def test_what_looks_like_a_formula_is_computed_or_refused(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        expression = Expression.parse(text)
        assert math.isfinite(expression.number({"n": 3}))
        assert 0 <= expression.size({"n": 3}) <= 1_000_000


# ------------------------------------------------------------------------------------------------ sizes


@pytest.mark.parametrize(
    ("written", "expected"), [(0, 0), (1_000_000, 1_000_000), ("n", 5), ("d_head / 2", 2), (3.0, 3), ("n == 5", 1)]
)
def test_sizes_are_whole_numbers(written: object, expected: int) -> None:
    size = Expression.parse(written).size(SIZES)
    assert size == expected
    assert type(size) is int


@pytest.mark.parametrize(
    ("written", "shown"), [("n / 2", "2.5"), (-1, "-1"), (1_000_001, "1e+06"), (1e300, "1e+300"), ("heads - n", "-2")]
)
def test_other_numbers_are_no_sizes(written: object, shown: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        Expression.parse(written).size(SIZES)
    assert str(caught.value) == f"`{written}` is {shown}: a size is a whole number from 0 to 1,000,000"


# ------------------------------------------------------------------------------------------------ ranges


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2..7", (2, 7)),
        (" 2 .. 7 ", (2, 7)),
        ("0..0", (0, 0)),
        ("3..3", (3, 3)),
        ("1..999999", (1, 999_999)),
        ("1..1000000", None),
        ("n..7", None),
        ("-1..7", None),
        ("2.7", None),
        ("2...7", None),
        ("1.5..7", None),
        ("2..7..9", None),
        ("", None),
    ],
)
def test_ranges(text: str, expected: tuple[int, int] | None) -> None:
    assert parse_range(text) == expected


def test_a_range_that_goes_down_is_empty() -> None:
    with pytest.raises(ExpressionError, match=r"the range 7\.\.2 is empty"):
        parse_range("7..2")


# ------------------------------------------------------------------------------------------------ as a field


class Model(BaseModel):
    size: Expression


def test_as_a_pydantic_field() -> None:
    model = Model.model_validate({"size": "2 * n"})
    assert model.size.value({"n": 4}) == 8
    assert model.model_dump() == {"size": "2 * n"}
    assert isinstance(model.size.tree, ast.BinOp)
    with pytest.raises(ValidationError, match="is not allowed in a formula"):
        Model.model_validate({"size": "n.real"})


def test_its_json_schema_is_a_number_or_a_text() -> None:
    schema = Model.model_json_schema()["properties"]["size"]
    assert schema["anyOf"] == [{"type": "number"}, {"type": "string"}]
