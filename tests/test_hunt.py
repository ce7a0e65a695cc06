"""Submission and reference are asked side by side, within bounds, and only what fails in the same way counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import fakes
import numpy as np
import pytest
from fakes import session

from grader.exam import Exam
from grader.hunt import Hunt, Place, Sides, Spent, differ
from grader.model import Frame, Outcome, Raised, Returned, Run, Stopped, Value

SPEC = """
assignment: attention
title: Attention
points: 1
reference: reference/attention.py
functions:
  f: {parameters: [X], returns: [y]}
steps: [y = f(X)]
given: {X: {normal: [n, d]}}
groups:
  - {id: all, points: 1, expect: reference, draw: {sizes: {n: 4, d: 5}}}
"""


def sides(
    theirs: Callable[..., Any] | Outcome,
    ours: Callable[..., Any] | Outcome = np.sum,
    calls: int = 300,
    until: float = 1.0,
) -> Sides:
    return Sides(session({"f": theirs}), session({"f": ours}), calls, until, lambda: 0.0)


def hunt(on: Sides) -> Hunt:
    exam: Exam = fakes.exam(SPEC, {"f": np.sum})
    [case] = exam.cases
    return Hunt(on, exam, Place(case, case), ())


def run() -> Run:
    [case] = fakes.exam(SPEC, {"f": np.sum}).cases
    return case.readings[()].runs[""]


def test_both_are_asked_and_the_submissions_calls_are_counted() -> None:
    asked = sides(np.max, calls=5)
    assert len(asked.ask([(run(), run())] * 3)) == 3
    assert asked.calls == 2
    with pytest.raises(Spent):
        asked.ask([(run(), run())] * 3)


@pytest.mark.parametrize(
    "spent",
    [
        sides(np.max, until=0.0),
        sides(Stopped("timeout", "")),
        sides(np.max, Stopped("crashed", "")),
    ],
)
def test_time_and_lost_workers_end_it(spent: Sides) -> None:
    with pytest.raises(Spent):
        spent.ask([(run(), run())])


def test_the_smallest_sum_that_is_none() -> None:
    example = hunt(sides(np.max)).best()
    assert example is not None
    assert example.symptom == ("check", "values", "")
    assert np.size(example.run.inputs["X"]) == 2


def test_sizes_for_which_the_reference_knows_no_answer_are_no_examples() -> None:
    def only_large(X: Any) -> Any:
        return np.sum(X) if X.size == 20 else np.nan

    example = hunt(sides(np.max, only_large)).best()
    assert example is not None
    assert np.size(example.run.inputs["X"]) == 20


def test_numbers_as_the_spec_draws_them_where_plain_ones_show_nothing() -> None:
    def wrong(X: Any) -> Any:
        return np.sum(X) + ((np.round(X) != X).any() & (X.size > 1))

    example = hunt(sides(wrong)).best()
    assert example is not None
    assert np.size(example.run.inputs["X"]) == 2
    assert (np.asarray(example.run.inputs["X"]) % 1).any()


def test_differences_that_nobody_sees_are_found_last() -> None:
    example = hunt(sides(lambda X: np.sum(X) + 1e-4)).best()
    assert example is not None
    assert example.symptom == ("check", "values", "")
    assert "`y` differs by 0.0001" in example.message


def test_zeros_where_they_cannot_be_are_left_out() -> None:
    def wrong(X: Any) -> Any:
        return np.max(X) if (X != 0).all() else np.nan

    example = hunt(sides(wrong)).best()
    assert example is not None
    assert set(np.ravel(example.run.inputs["X"])) <= {1, -1, 2}


def failing(on: Callable[[Any], int]) -> Callable[[Any], Any]:
    """Raises in a line that depends on the inputs, with a message that tells their size."""

    def wrong(X: Any) -> Any:
        if on(X) == 1:
            raise ValueError(f"cannot reshape array of size {X.size} into shape ({X.size},1)")
        if on(X) == 2:
            raise ValueError(f"operands could not be broadcast together with shapes {X.shape} (2,)")
        return np.max(X)

    return wrong


def test_an_error_with_another_message_is_another_error() -> None:
    example = hunt(sides(failing(lambda X: 1 + (X.size < 3)))).best()
    assert example is not None
    assert "cannot reshape array of size 3 into" in example.message
    example = hunt(sides(failing(lambda X: 1))).best()
    assert example is not None
    assert np.size(example.run.inputs["X"]) == 1


@pytest.mark.parametrize(
    ("message", "other", "line", "is_other"),
    [
        ("bad shapes (2,3) (4,)", "bad shapes (5,1) (2,2) ", 3, False),
        (
            "index 3 is out of bounds for axis 0 with size 3",
            "index 12 is out of bounds for axis 1 with size 7",
            3,
            False,
        ),
        ("bad shapes (2,3) (4,)", "bad shapes (2,3) (4,)", 4, True),
        ("name 'K' is not defined", "name 'V' is not defined", 3, True),
    ],
)
def test_errors_are_alike_that_say_the_same_in_the_same_line(
    message: str, other: str, line: int, is_other: bool
) -> None:
    def raised(text: str, at: int) -> Raised:
        return Raised("y = f(X)", "ValueError", text, (Frame("a.py", 9, "f"), Frame("a.py", at, "g")))

    assert differ(raised(message, 3), raised(other, line)) == is_other


def test_returned_values_differ_by_more_than_rounding() -> None:
    def returned(number: float) -> Returned:
        return Returned({"y": Value("array", "ndarray", np.array([number]))})

    assert not differ(returned(1.0), returned(1.0 + 1e-9))
    assert differ(returned(1.0), returned(1.1))
    assert differ(returned(1.0), Raised("y = f(X)", "ValueError", ""))


def test_what_the_case_does_not_show_is_not_looked_for() -> None:
    on = sides(lambda X: np.sum(X) if X.size == 20 else np.max(X))
    assert hunt(on).best() is None
    assert replace(on).calls == 297
