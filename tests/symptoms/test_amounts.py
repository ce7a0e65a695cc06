"""Values in their places that are off in the same way: what is said, and that nothing is said of chance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest
from symptoms.samples import SHAPES, drawn, heads, said, seen

from grader.model import Array
from grader.symptoms import Observed, symptoms

ROW_FACTOR = "(what the row is divided by is missing or wrong)."


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda a: -a, "every value has the opposite sign."),
        (lambda a: 2.5 * a, "every value is 2.5 times what is expected."),
        (lambda a: 2 * a, "every value is 2 times what is expected."),
        (lambda a: a * a.shape[-1], "every value is `d_model` times what is expected."),
        (lambda a: a / a.shape[-1], "every value is what is expected divided by `d_model`."),
        (lambda a: a * a.shape[-2] ** 0.5, "every value is √`seq` times what is expected."),
        (lambda a: a / a.shape[0] ** 0.5, "every value is what is expected divided by √`batch`."),
        (
            lambda a: a / 3,
            "every value is 0.3333 times what is expected (in these cases, what is expected divided by `num_heads`).",
        ),
        (lambda a: a + 0.25, "every value is too large by 0.25."),
        (lambda a: a - 0.25, "every value is too small by 0.25."),
        (lambda a: a - a.shape[-1], "every value is too small by one and the same number."),
        (
            lambda a: a + a.sum(axis=-1, keepdims=True),
            "every row is what is expected plus one number, another one for each row.",
        ),
        (lambda a: a + drawn(a.shape[-1]), "every row is what is expected plus one and the same row of numbers."),
        (
            lambda a: a * (2 + drawn(*a.shape[:-1], 1) ** 2),
            f"every row is the expected row times a number of its own {ROW_FACTOR}",
        ),
        (
            lambda a: (heads(a) * (2 + drawn(*a.shape[:-1], 3, 1) ** 2)).reshape(a.shape),
            f"in each of the heads, every row is the expected one times a number of its own {ROW_FACTOR}",
        ),
        (np.trunc, "every value is cut to a whole number."),
        (lambda a: a.astype(int), "every value is cut to a whole number."),
        (np.floor, "every value is rounded down to a whole number."),
        (np.rint, "every value is rounded to a whole number."),
        (lambda a: np.round(a, 3), "every value is rounded to 3 decimals."),
        (np.abs, "every negative value has lost its sign."),
        (lambda a: np.maximum(a, 0), "every negative value is replaced by 0."),
        (lambda a: a.astype(np.float16), "every value is right to the 3 digits that float16 has, and no further."),
        (
            lambda a: a + 3e-4 * np.sin(1e3 * a),
            "every value is right to about 3 digits, and no further: is something rounded on the way?",
        ),
    ],
)
def test_what_is_said(make: Callable[[Array], Array], sentence: str) -> None:
    assert said(make) == (f"In `output`, {sentence}",)


def test_a_factor_that_differs_without_a_size_that_gives_it_is_none() -> None:
    assert symptoms([seen(lambda a: 2.5 * a, (5, 6), 1), seen(lambda a: 2.6 * a, (5, 6), 2)]) == ()


def test_a_size_is_not_named_when_another_could_be_meant() -> None:
    assert said(lambda a: 7 * a, (2, 7, 7)) == ("In `output`, every value is 7 times what is expected.",)


def with_input(make: Callable[[Array, Array], Any], K: Array, right: Array) -> Any:
    return make(right, K)


def counted(make: Callable[[Array, Array], Any], *shapes: tuple[int, int], **more: Any) -> tuple[str, ...]:
    """What is said of observations without names of sizes, each with a `K` of that shape among its inputs."""
    observations = []
    for number, shape in enumerate(shapes):
        K = drawn(*shape, seed=7)
        one = seen(partial(with_input, make, K), (5, 4), number, dims=(), sizes={}, inputs={"K": K})
        observations.append(replace(one, **more))
    return symptoms(observations)


def test_a_size_is_named_where_some_cases_know_it_by_their_inputs_alone() -> None:
    first = seen(lambda a: a / 3, (5, 6), 1, sizes={"d_k": 3})
    second = seen(lambda a: a / 4, (5, 6), 2, sizes={}, learned={"d_k": 4})
    said_of_both = ("In `output`, every value is what is expected divided by `d_k`.",)
    assert symptoms([first, second]) == said_of_both
    assert symptoms([first, replace(second, learned={"d_k": 5})]) == ()


def test_without_names_the_inputs_are_counted() -> None:
    columns = counted(lambda a, K: a / K.shape[1] ** 0.5, (6, 3), (6, 7))
    assert columns == (
        "In `output`, every value is what is expected divided by the square root of the number of columns of `K`.",
    )
    rows = counted(lambda a, K: a * K.shape[0], (3, 6), (7, 6))
    assert rows == ("In `output`, every value is the number of rows of `K` times what is expected.",)


def test_a_part_of_the_columns_is_counted_too() -> None:
    said_of_heads = counted(lambda a, K: a / (K.shape[1] / 3), (5, 6), (5, 12), sizes={"heads": 3})
    assert said_of_heads == (
        "In `output`, every value is what is expected divided by (the number of columns of `K` / `heads`).",
    )


def test_what_is_counted_must_differ_and_be_the_only_one() -> None:
    assert counted(lambda a, K: a / K.shape[1], (6, 3), (7, 3)) == (
        "In `output`, every value is 0.3333 times what is expected.",
    )
    assert counted(lambda a, K: a / K.shape[1], (3, 3), (7, 7)) == ()


def test_an_input_that_is_added() -> None:
    one, other = (seen(np.array, shape, number) for number, shape in enumerate(((5, 6), (4, 3))))
    x = drawn(5, 6, seed=9)
    known = replace(one, got=one.expected + x, inputs={"X": x})
    assert symptoms([known]) == ("In `output`, every value is what is expected plus that of `X`.",)
    also = replace(other, got=other.expected + 1, inputs={"X": drawn(4, 3, seed=8)})
    assert symptoms([known, also]) == ()


def test_rows_of_two_numbers_are_too_few_to_be_multiples() -> None:
    assert said(lambda a: a * drawn(len(a), 1), (3, 1), (2, 1)) == ()


def test_numbers_that_are_round_already_only_refute() -> None:
    """The statement's own examples: most of their numbers have few decimals."""
    right = np.array([[8.0, 10.0, 12.0], [8.61988, 10.61988, 12.61988]])

    def plain(got: Any) -> Observed:
        return Observed("output", np.asarray(got), right, ("n", "d_v"), {})

    others = [seen(lambda a: np.round(a, 2), shape, number) for number, shape in enumerate(SHAPES)]
    assert symptoms([*others, plain(np.round(right, 2))]) == ("In `output`, every value is rounded to 2 decimals.",)
    assert not any("2 decimals" in text for text in symptoms([*others, plain(np.round(right, 2) + 0.01)]))
    assert not any("decimals" in text for text in symptoms([others[0], *[plain(np.round(right, 2))] * 2]))
