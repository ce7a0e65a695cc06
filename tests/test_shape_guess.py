"""Guessed shapes: from products in bodies, from usual names, from what a statement's examples pass."""

from __future__ import annotations

import pytest

from grader.shape_guess import Guess, guess
from grader.statement import read_statement


def guessed(code: str, *steps: str) -> Guess:
    statement = read_statement(f"```python\n{code}\n```")
    functions = {function.name: function for function in statement.functions}
    return guess(steps, functions, [*statement.examples, *statement.samples])


def test_products_say_which_sizes_are_one() -> None:
    code = "def f(A, B, C):\n    y = np.dot(A, B)\n    z = np.exp(y) @ C.T\n    return y, z"
    found = guessed(code, "y, z = f(A, B, C)")
    assert found.given == {"A": "{normal: [a, b]}", "B": "{normal: [b, c]}", "C": "{normal: [d, c]}"}
    assert found.shapes == {"y": ("a", "c"), "z": ("a", "d")}
    assert len(set(found.sizes.values())) == 4


def test_usual_names() -> None:
    found = guessed("def f(Q, K, V, mask, scale):\n    pass", "output = f(Q, K, V, mask, scale)")
    assert found.given == {
        "Q": "{normal: [n, d_k]}",
        "K": "{normal: [n, d_k]}",
        "V": "{normal: [n, d_v]}",
        "mask": "{mask: [n, n], kind: causal}",
        "scale": "0.5",
    }
    assert (found.sizes, found.shapes) == ({"n": "6", "d_k": "5", "d_v": "3"}, {})


def test_steps_hand_sizes_on() -> None:
    code = "def f(X, W):\n    return X @ W\ndef g(Y, M):\n    return Y @ M"
    found = guessed(code, "Y = f(X, W)", "Z = g(Y, M)")
    assert found.given["M"] == "{normal: [a, b]}"
    assert found.given["W"] == "{normal: [d_model, a], std: 1 / sqrt(d_model)}"
    assert found.shapes == {"Y": ("n", "a"), "Z": ("n", "b")}


def test_examples_say_the_rank_and_what_is_a_number() -> None:
    code = "def f(inputs, bias, num_heads, flag, p):\n    pass\n"
    code += "x = f(np.random.rand(2, 3, 5), np.ones(4), 4, True, 0.25)"
    given = guessed(code, "x = f(inputs, bias, num_heads, flag, p)").given
    assert given["inputs"] == "{normal: [batch, n, d_model]}"
    assert (given["bias"], given["num_heads"], given["flag"], given["p"]) == (
        "{normal: [a]}",
        "{value: heads}",
        "true",
        "0.25",
    )


@pytest.mark.parametrize("weights", ["weights_q", "W_v", "Wq"])
def test_with_heads_the_width_is_a_multiple_of_them(weights: str) -> None:
    found = guessed(f"def f(X, {weights}, num_heads):\n    pass", f"o = f(X, {weights}, num_heads)")
    assert found.given[weights] == "{normal: [d_model, d_model], std: 1 / sqrt(d_model)}"
    assert list(found.sizes.items())[-3:] == [("heads", "3"), ("d_head", "5"), ("d_model", "heads * d_head")]


def test_numbers_and_arrays_under_one_name_are_arrays() -> None:
    found = guessed("def f(a):\n    return 2 * a\nx = f(1)\nx = f(np.ones((2, 3)))", "output = f(a)")
    assert (found.given, found.shapes) == ({"a": "{normal: [a, b]}"}, {"output": ("a", "b")})
    found = guessed("def f(a):\n    return 2 * a\nx = f(1)", "output = f(a)")
    assert (found.given, found.sizes, found.shapes) == ({"a": "1"}, {}, {})
