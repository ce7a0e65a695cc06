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
from grader.hunt import Hunt, Place, Sides, Spent
from grader.model import Outcome, Run, Stopped

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
    assert example.symptom == ("check", "values")
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
    assert example.symptom == ("check", "values")
    assert "difference is 0.0001 at y" in example.message


def test_zeros_where_they_cannot_be_are_left_out() -> None:
    def wrong(X: Any) -> Any:
        return np.max(X) if (X != 0).all() else np.nan

    example = hunt(sides(wrong)).best()
    assert example is not None
    assert set(np.ravel(example.run.inputs["X"])) <= {1, -1, 2}


def test_what_the_case_does_not_show_is_not_looked_for() -> None:
    on = sides(lambda X: np.sum(X) if X.size == 20 else np.max(X))
    assert hunt(on).best() is None
    assert replace(on).calls == 299
