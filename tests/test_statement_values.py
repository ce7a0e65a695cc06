"""Numbers are read from code without running it; what is none is refused."""

from __future__ import annotations

import ast

import pytest

from grader.statement_values import NotAValue, Value, decimals, drawn_shape, printed, value_of


def read(code: str, **names: Value) -> Value:
    return value_of(ast.parse(code, mode="eval").body, names)


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("4", 4),
        ("-1.5", -1.5),
        ("True", True),
        ("[[1, 0], [0, 1]]", [[1, 0], [0, 1]]),
        ("(1, 2)", [1, 2]),
        ("np.array([[1, 2], [3, 4]])", [[1, 2], [3, 4]]),
        ("numpy.asarray([1, 2], dtype=float)", [1.0, 2.0]),
        ("np.array([1, 2], np.float32)", [1.0, 2.0]),
        ("array([1., 2.])", [1.0, 2.0]),
        ("np.float64(2.5)", 2.5),
        ("np.array([[1, 2]]).T", [[1], [2]]),
        ("np.array([1, 2]).astype(float)", [1.0, 2.0]),
        ("np.eye(2)", [[1.0, 0.0], [0.0, 1.0]]),
        ("np.ones((1, 2))", [[1.0, 1.0]]),
        ("np.zeros(2)", [0.0, 0.0]),
        ("np.full((1, 2), 7)", [[7, 7]]),
        ("np.arange(4).reshape(2, 2)", [[0, 1], [2, 3]]),
        ("1 / np.sqrt(4)", 0.5),
        ("X", [1]),
        ("[X, X]", [[1], [1]]),
    ],
)
def test_numbers(code: str, value: Value) -> None:
    got = read(code, X=[1])
    assert (got, repr(got)) == (value, repr(value))


@pytest.mark.parametrize(
    "code",
    [
        "X",
        "'text'",
        "f(1)",
        "[[1], [1, 2]]",
        "np.random.rand(2)",
        "np.eye(10 ** 9)",
        "np.eye(5000)",
        "np.arange(0, 1000000000)",
        "np.ones((100000, 100000))",
        "1 / 0",
        "1e999",
        "99999999999999999999999",
        "np.arange('a')",
        "np.array([1, 2]).reshape(3, 3)",
        "[1, 2] * 2",
        "1j",
        "__import__('os').getcwd()",
    ],
)
def test_what_is_no_value(code: str) -> None:
    with pytest.raises(NotAValue):
        read(code)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[[1.660477 2.660477]\n [2.339523 3.339523]]", [[1.660477, 2.660477], [2.339523, 3.339523]]),
        ("[[3.00928465 4.6790462 ]\n [2.5        4.        ]]", [[3.00928465, 4.6790462], [2.5, 4.0]]),
        ("[-1. -2.]", [-1.0, -2.0]),
        ("array([[1., 2.],\n       [3., 4.]])", [[1.0, 2.0], [3.0, 4.0]]),
        ("[[1e-05 2.e+00]]", [[1e-5, 2.0]]),
        ("0.5", 0.5),
    ],
)
def test_numbers_as_numpy_prints_them(text: str, value: Value) -> None:
    node = printed(text)
    assert node is not None
    assert value_of(node, {}) == value


def test_what_is_printed_and_no_expression() -> None:
    assert printed("Test Case 1: Accepted") is None


@pytest.mark.parametrize(
    ("code", "shape"),
    [
        ("np.random.rand(1, 5, n)", (1, 5, 32)),
        ("np.random.normal(size=(2, 3))", (2, 3)),
        ("np.random.normal(0, 1, size=4)", (4,)),
        ("rng.random((2, 2))", (2, 2)),
        ("np.random.rand(unknown)", None),
        ("np.zeros(3)", None),
    ],
)
def test_shapes_of_what_is_drawn(code: str, shape: tuple[int, ...] | None) -> None:
    assert drawn_shape(ast.parse(code, mode="eval").body, {"n": 32}) == shape


@pytest.mark.parametrize(
    ("value", "digits"),
    [
        (1.66, 2),
        ([1.0, 2.5], 1),
        ([[3.00928465], [2.5]], 8),
        (1e-5, 5),
        (120.0, 0),
        (3, 0),
        (True, 0),
        (0.0, 0),
        ([], 0),
    ],
)
def test_decimals(value: Value, digits: int) -> None:
    assert decimals(value) == digits
