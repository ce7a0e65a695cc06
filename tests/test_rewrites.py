"""A reference in other arithmetic computes the same function, in the arithmetic that it says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.rewrites import backwards, single

REFERENCE = """
import numpy as np

def attend(Q, K, V, scale=2.0):
    '''What it does.'''
    def split(x):
        return x.reshape(2, 3, -1)
    scores = np.dot(Q, K.T) / np.sqrt(K.shape[-1]) * scale
    weights = np.exp(scores)
    weights /= weights.sum(axis=-1, keepdims=True)
    return split(weights @ V)
"""
INPUTS = np.random.RandomState(0).standard_normal((3, 6, 40))


def made(source: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(source, names)  # our own text
    return names


@pytest.fixture(scope="module")
def right() -> Any:
    return made(REFERENCE)["attend"](*INPUTS)


def test_in_float32_throughout(right: Any) -> None:
    names = made(single(REFERENCE))
    got = names["attend"](*INPUTS)
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, right, rtol=1e-3, atol=1e-4)
    assert names["attend"].__doc__ == "What it does."


def test_whole_numbers_stay_whole() -> None:
    names = made(single("def f(x, n):\n    return x * n, x.shape[0] // 2, range(n)"))
    product, half, numbers = names["f"](np.arange(4), 3)
    assert (product.dtype, half, numbers) == (np.int64, 2, range(3))


def test_with_sums_in_another_order(right: Any) -> None:
    source = backwards(REFERENCE)
    assert source is not None
    got = made(source)["attend"](*INPUTS)
    np.testing.assert_allclose(got, right, rtol=1e-12)
    assert not np.array_equal(got, right)


@pytest.mark.parametrize(
    "shapes", [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((4, 2, 3), (3, 5)), ((4, 2, 3), (4, 3, 5))]
)
def test_of_any_shapes(shapes: tuple[tuple[int, ...], tuple[int, ...]]) -> None:
    source = backwards("def f(a, b):\n    return a @ b")
    assert source is not None
    one, other = (np.random.RandomState(1).standard_normal(shape) for shape in shapes)
    np.testing.assert_allclose(made(source)["f"](one, other), one @ other, rtol=1e-12)


def test_a_factor_is_no_sum() -> None:
    source = backwards("import numpy as np\ndef f(a):\n    return np.dot(2, a) + np.matmul(a, a)")
    assert source is not None
    np.testing.assert_allclose(made(source)["f"](np.eye(2)), 3 * np.eye(2))


def test_where_nothing_is_multiplied() -> None:
    assert backwards("def f(a):\n    return a.sum()") is None
