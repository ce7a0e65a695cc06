"""Which matrices of weights are drawn, from outcomes alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import fakes
import numpy as np
import pytest

from grader.conventions import Choice
from grader.diagnosis import Happened
from grader.exam import Exam
from grader.insight import Picture
from grader.model import Missing, Outcome
from grader.pictures import pictures

SPEC = """
assignment: demo
title: Demo
points: 4
reference: reference.py
functions: {attend: {parameters: [Q, K, V], returns: [output]}}
steps: ["output = attend(Q, K, V)"]
groups:
  - id: sums
    title: Weights
    points: 4
    visibility: VISIBILITY
    draw: {count: COUNT, sizes: {n: SEQ, batch: 2, heads: 4}}
    given: {Q: {normal: [LEADn, 2]}, K: {normal: [LEADn, 2]}, V: {normal: [LEADn, 3]}}
    shapes: SHAPES
    checks: [inputs_unchanged, rows_sum_to_one]
"""


def attention(scale: bool) -> Callable[..., Any]:
    def attend(Q: Any, K: Any, V: Any) -> Any:
        weights = np.exp(Q @ np.swapaxes(K, -1, -2) / (np.sqrt(2) if scale else 1))
        return weights / weights.sum(axis=-1, keepdims=True) @ V

    return attend


def exam(lead: str = "", seq: int = 3, count: int = 1, visibility: str = "public", shapes: str = "{}") -> Exam:
    spec = SPEC.replace("SHAPES", shapes).replace("LEAD", lead).replace("SEQ", str(seq)).replace("COUNT", str(count))
    return fakes.exam(spec.replace("VISIBILITY", visibility), {"attend": attention(True)})


def happened(exam: Exam, attend: Callable[..., Any] | Outcome) -> Happened:
    session = fakes.session({"attend": attend})
    found: dict[tuple[str, Choice], dict[str, Outcome]] = {}
    for case in exam.cases:
        for choice, reading in case.readings.items():
            outcomes = session.run(list(reading.runs.values()))
            found[case.id, choice] = dict(zip(reading.runs, outcomes, strict=True))
    return found


def drawn(exam: Exam, attend: Callable[..., Any] | Outcome) -> tuple[Picture, ...]:
    return pictures(exam, happened(exam, attend), happened(exam, attention(True)), ())


def test_the_weights_beside_the_right_ones() -> None:
    (picture,) = drawn(exam(), attention(False))
    assert (picture.title, picture.rows, picture.columns) == ("Attention weights", "queries", "keys")
    assert picture.got.shape == picture.expected.shape == (3, 3)
    np.testing.assert_allclose(picture.got.sum(axis=1), 1)
    odds = picture.got / picture.got[:, :1]
    np.testing.assert_allclose(odds, (picture.expected / picture.expected[:, :1]) ** np.sqrt(2))


def test_of_right_weights_there_is_no_picture() -> None:
    assert drawn(exam(), attention(True)) == ()


def test_two_cases_at_most() -> None:
    assert len(drawn(exam(count=3), attention(False))) == 2


@pytest.mark.parametrize(
    ("shapes", "which"), [("{output: [batch, heads, n, 3]}", "batch 1, heads 2"), ("{}", "item 1, 2")]
)
def test_of_a_stack_the_first_matrix_that_differs_and_which_it_is(shapes: str, which: str) -> None:
    def one_head_is_wrong(Q: Any, K: Any, V: Any) -> Any:
        output = attention(True)(Q, K, V)
        output[1, 2:] = attention(False)(Q, K, V)[1, 2:]
        return output

    (picture,) = drawn(exam("batch, heads, ", shapes=shapes), one_head_is_wrong)
    assert picture.title == f"Attention weights ({which})"


def raising(Q: Any, K: Any, V: Any) -> Any:
    raise ValueError("no")


@pytest.mark.parametrize(
    "attend",
    [
        raising,
        Missing("attend"),
        lambda Q, K, V: None,
        lambda Q, K, V: 1.0,
        lambda Q, K, V: V[:, :-1],
        lambda Q, K, V: V[None],
        lambda Q, K, V: V * 1j,
    ],
    ids=["raised", "missing", "none", "number", "narrow", "stacked", "complex"],
)
def test_what_cannot_be_drawn_beside_the_right_one_is_not(attend: Callable[..., Any] | Outcome) -> None:
    assert drawn(exam(), attend) == ()


def test_what_is_not_a_number_is_drawn() -> None:
    (picture,) = drawn(exam(), lambda Q, K, V: V * np.nan)
    assert np.isnan(picture.got).all()


@pytest.mark.parametrize(("seq", "count"), [(12, 1), (13, 0)])
def test_only_matrices_whose_numbers_can_be_read(seq: int, count: int) -> None:
    assert len(drawn(exam(seq=seq), attention(False))) == count


def test_of_hidden_cases_there_are_none() -> None:
    assert drawn(exam(visibility="hidden"), attention(False)) == ()
