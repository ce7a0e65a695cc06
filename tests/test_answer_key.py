"""The reference: what it must do, and what its author is told when it does not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from fakes import exam

from grader.errors import ReferenceFault

SPEC = """
assignment: doubling
title: Doubling
reference: reference/doubling.py
functions: {double: {parameters: [x]}}
groups:
  - id: examples
    points: 4
    steps: ["y = double(x)"]
    cases: [{id: first, given: {x: [1.0, 2.0]}, expect: {y: [2.0, 4.0]}}]
  - id: drawn
    points: 6
    steps: ["y = double(x)"]
    given: {x: {normal: [n]}}
    draw: {count: 2, sizes: {n: 3}}
    shapes: {y: [n]}
    expect: reference
  - id: properties
    points: 0
    steps: ["y = double(x)"]
    given: {x: {normal: [2]}}
    checks: [deterministic]
"""


def test_expected_values_come_from_the_reference_and_from_the_examples() -> None:
    made = exam(SPEC, {"double": lambda x: 2 * x})
    keys = {case: values["y"] for (case, _), values in made.key.expected.items()}
    assert list(keys) == ["examples.first", "drawn.1", "drawn.2"]
    assert keys["examples.first"].tolist() == [2.0, 4.0]
    drawn = next(case for case in made.cases if case.id == "drawn.2").readings[()].runs[""].inputs["x"]
    assert np.array_equal(keys["drawn.2"], 2 * np.asarray(drawn))


def raises(x: Any) -> Any:
    raise ValueError("shapes (3,) and (4,)")


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        (raises, "case examples.first: ValueError: shapes (3,) and (4,)"),
        (lambda x: 3 * x, "the spec expects 4"),
        (lambda x: (2 * x)[None], "has shape (1, 2), the spec expects (2,)"),
        (lambda x: 2 * x[:2], "case drawn.1: `y` has shape (2,), the spec's `shapes` say (3,)"),
        (lambda x: 2 * x if x.size == 2 else x * np.nan, "holds NaN"),
        (lambda x: None, "not an array of numbers"),
    ],
)
def test_a_reference_that_does_not_fit_its_spec_is_named_with_the_case(reference: Any, words: str) -> None:
    with pytest.raises(ReferenceFault) as caught:
        exam(SPEC, {"double": reference})
    assert words in str(caught.value)
    assert str(caught.value).startswith("reference.py: the reference fails in case")


def test_a_reference_without_the_function() -> None:
    with pytest.raises(ReferenceFault, match=r"double\(x\) is not defined"):
        exam(SPEC, {})
