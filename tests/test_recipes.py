"""Which sizes and arrays of a case are free, and the runs that they give."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from grader.cases import build_cases
from grader.expressions import ExpressionError
from grader.inputs import Generator
from grader.inputs.drawn import Integers, Normal, Uniform
from grader.recipes import Recipe, is_written_out, recipe_of
from grader.spec_loader import parse_spec

SPEC = """
assignment: attention
title: Attention
points: 2
reference: reference/attention.py
functions:
  attend: {parameters: [Q, K, mask, scale, heads], returns: [output]}
steps:
  - output = attend(Q, K, mask, scale, heads)
conventions:
  scale:
    reference: factor
    choices:
      factor: {scale: 1 / sqrt(d)}
      divisor: {scale: sqrt(d)}
  axes:
    choices:
      flat: {lead: []}
      batched: {lead: [batch]}
given:
  Q: {normal: [lead, n, model]}
  K: {scaled: Z, by: 2}
  Z: {integers: [n, d], low: 0, high: 5}
  mask: {mask: [n, n]}
  heads: {value: heads}
draw: {sizes: {batch: 2, n: 3..6, heads: 3, d: 4, model: heads * d}}
groups:
  - {id: drawn, points: 1, expect: reference}
  - id: written
    points: 1
    expect: reference
    given: {Q: [[1.0, 2.0]], Z: {uniform: [1, 2]}, mask: {mask: [1, 1]}, heads: 1}
"""
ASSIGNMENT = parse_spec(SPEC, "spec.yaml")
DRAWN, WRITTEN = build_cases(ASSIGNMENT, 1)


def recipe(scale: str = "factor", axes: str = "batched") -> Recipe:
    choice = (("scale", scale), ("axes", axes))
    return recipe_of(ASSIGNMENT, DRAWN, choice, (("scale", "factor"), ("axes", axes)), 1)


def with_q(q: Generator) -> Recipe:
    """The recipe with another Q."""
    made = recipe(axes="flat")
    return replace(made, plan=replace(made.plan, given={**made.plan.given, "Q": q}))


def normal(*shape: object) -> Normal:
    return Normal.model_validate({"normal": shape})


def uniform(**bounds: float) -> Uniform:
    return Uniform.model_validate({"uniform": ["n"], **bounds})


def integers(**bounds: int) -> Integers:
    return Integers.model_validate({"integers": ["n"], **bounds})


def test_sizes_are_free_up_to_those_of_the_spec_and_formulas_follow() -> None:
    assert dict(recipe().spans) == {"batch": 2, "n": 6, "heads": 3, "d": 4}
    assert dict(recipe(axes="flat").spans) == {"n": 6, "heads": 3, "d": 4}  # no batch
    assert dict(recipe().sizes((1, 2, 3, 2))) == {"batch": 1, "n": 2, "heads": 3, "d": 2, "model": 6}


def test_what_is_drawn_freely_is_free_also_where_others_are_made_from_it() -> None:
    sizes = recipe().sizes((2, 2, 1, 1))
    assert recipe().free == ("Q", "Z")
    assert dict(recipe().counts(sizes)) == {"Q": 4, "Z": 2}
    assert dict(recipe(axes="flat").counts(sizes)) == {"Q": 2, "Z": 2}


def test_both_sides_get_the_same_numbers_each_under_its_own_choice() -> None:
    sizes = recipe().sizes((1, 2, 1, 4))
    values = {"Q": np.arange(8.0), "Z": np.ones(8)}
    theirs, ours = recipe(scale="divisor").runs(sizes, values)
    assert (theirs.inputs["scale"], ours.inputs["scale"]) == (2.0, 0.5)
    for run in (theirs, ours):
        np.testing.assert_array_equal(run.inputs["Q"], np.arange(8.0).reshape(1, 2, 4))
        np.testing.assert_array_equal(run.inputs["K"], np.full((2, 4), 2))
        np.testing.assert_array_equal(run.inputs["mask"], [[True, False], [True, True]])
        assert run.inputs["heads"] == 1
        assert list(run.inputs) == ["Q", "K", "mask", "scale", "heads"]


def test_numbers_as_the_spec_draws_them_are_short_and_differ_by_their_number() -> None:
    sizes = recipe().sizes((1, 2, 1, 2))
    one, other = recipe().drawn(sizes, 0), recipe().drawn(sizes, 1)
    assert (one["Q"] != other["Q"]).any()
    np.testing.assert_array_equal(one["Q"], np.round(one["Q"], 2))
    np.testing.assert_array_equal(one["Q"], recipe().drawn(sizes, 0)["Q"])


@pytest.mark.parametrize(
    ("given", "alphabet"),
    [
        (normal("n"), (0, 1, -1, 2, -2, 3)),
        (uniform(), (0, 1, 0.5, 0.25, 0.75)),
        (uniform(low=-1, high=1), (0, 1, -1)),
        (uniform(low=4, high=6), (4, 6, 5, 4.5, 5.5)),
        (integers(), (0, 1, 2, 3)),
        (integers(low=5, high=6), (5, 6)),
    ],
)
def test_the_easiest_numbers_of_an_inputs_range_come_first(given: Generator, alphabet: tuple[float, ...]) -> None:
    made = with_q(given)
    assert made.alphabet("Q", made.sizes((3, 1, 1))) == alphabet


@pytest.mark.parametrize(
    ("given", "kind"), [(normal("n").model_copy(update={"dtype": "float32"}), "float32"), (integers(), "int64")]
)
def test_numbers_have_the_kind_that_the_spec_says(given: Generator, kind: str) -> None:
    made = with_q(given)
    run, _ = made.runs(made.sizes((3, 1, 1)), {"Q": np.ones(3), "Z": np.ones(3)})
    assert np.asarray(run.inputs["Q"]).dtype == kind


@pytest.mark.parametrize(("given", "why"), [(normal("n - 1"), "without numbers"), (normal("n - 2"), "a size is")])
def test_sizes_that_make_no_inputs(given: Generator, why: str) -> None:
    made = with_q(given)
    with pytest.raises(ExpressionError, match=why):
        made.counts(made.sizes((1, 1, 1)))


def test_too_many_numbers_are_not_read() -> None:
    made = with_q(normal("n", 100))
    with pytest.raises(ExpressionError, match="too many"):
        made.counts(made.sizes((6, 1, 1)))


def test_readings_of_other_sizes_have_no_numbers_in_common() -> None:
    made = recipe_of(
        ASSIGNMENT, DRAWN, (("axes", "batched"), ("scale", "factor")), (("axes", "flat"), ("scale", "factor")), 1
    )
    with pytest.raises(ExpressionError, match="another size"):
        made.counts(made.sizes((2, 2, 1, 1)))


def test_a_case_with_numbers_of_the_spec_is_told() -> None:
    assert is_written_out(ASSIGNMENT, WRITTEN)
    assert not is_written_out(ASSIGNMENT, DRAWN)
