"""What came back beside what was expected: which cases, which values, with what around them."""

from __future__ import annotations

import fakes
import numpy as np

from grader.diagnosis import Happened
from grader.model import Missing, Outcome, Returned, Value
from grader.observing import _learned, observed
from grader.symptoms import Observed

SPEC = """
assignment: a
title: A
points: 3
reference: reference/a.py
functions: {f: {parameters: [x, k], returns: [y, z]}}
steps: ["y, z = f(x, k)"]
given: {x: {normal: [n, d]}, k: 3}
draw: {count: 2, sizes: {n: 4..6, d: 3}}
groups:
  - {id: main, title: M, points: 3, shapes: {y: [n, d]}, expect: reference}
  - {id: small, title: S, points: 0, draw: {sizes: {n: 1, d: 2}}, expect: reference}
"""
EXAM = fakes.exam(SPEC, {"f": lambda x, k: (x * k, x.sum())})


def happened(change: float, *, small: float = 0.0, kind: str = "array", main: Outcome | None = None) -> Happened:
    """What is expected, with something added."""
    places = {}
    for (case, choice), expected in EXAM.key.expected.items():
        off = small if case.startswith("small") else change
        values = {n: Value("scalar" if a.ndim == 0 else kind, "", a + off) for n, a in expected.items()}
        outcome: Outcome = Returned(values)
        places[case, choice] = {"": main if main is not None and case.startswith("main") else outcome}
    return places


def test_values_come_with_their_sizes_and_the_arrays_around_them() -> None:
    first, second = observed(EXAM, happened(1.0), ())
    assert (first.name, first.dims, first.wrong) == ("y", ("n", "d"), True)
    assert first.sizes == {"k": 3, "n": len(first.expected), "d": 3}
    assert first.inputs.keys() == {"x"}
    assert first.others.keys() == {"z"}
    np.testing.assert_allclose(first.expected, 3 * first.inputs["x"])
    assert second.name == "y"


def test_cases_worth_nothing_count_only_while_all_others_are_right() -> None:
    assert len(observed(EXAM, happened(1.0, small=1.0), ())) == 2
    assert [one.wrong for one in observed(EXAM, happened(0.0, small=1.0), ())] == [False, False, True]


def test_what_cannot_be_compared_is_left_out() -> None:
    assert len(observed(EXAM, happened(1.0, kind="list"), ())) == 2
    assert len(observed(EXAM, happened(1.0, kind="other"), ())) == 0
    assert len(observed(EXAM, happened(1.0, main=Missing("f")), ())) == 1
    assert observed(EXAM, {}, ()) == []


WRITTEN_OUT = """
assignment: a
title: A
points: 3
reference: reference/a.py
functions: {f: {parameters: [x, w], returns: [y]}}
steps: ["y = f(x, w)"]
groups:
  - id: drawn
    points: 2
    given: {x: {normal: [n, d]}, w: {normal: [d, m]}}
    draw: {sizes: {n: 4, d: 3, m: 2}}
    expect: reference
  - id: plain
    points: 1
    cases:
      - {id: same, given: {x: [[1, 2]], w: [[1, 2, 3, 4, 5], [1, 2, 3, 4, 6]]}, expect: reference}
"""


def test_sizes_are_learned_where_numbers_are_written_out() -> None:
    exam = fakes.exam(WRITTEN_OUT, {"f": lambda x, w: x @ w})
    places: Happened = {
        place: {"": Returned({name: Value("array", "", array + 1) for name, array in expected.items()})}
        for place, expected in exam.key.expected.items()
    }
    drawn, plain = observed(exam, places, ())
    assert (drawn.sizes, drawn.learned) == ({"n": 4, "d": 3, "m": 2}, {})
    assert (plain.sizes, plain.learned) == ({}, {"n": 1, "d": 2, "m": 5})


def test_a_size_is_not_learned_where_its_places_disagree() -> None:
    one = Observed("y", np.ones(2), np.ones(2), inputs={"x": np.ones((4, 3)), "w": np.ones((5, 2)), "v": np.ones(2)})
    places = {"d": {("x", -1), ("w", -2)}, "n": {("x", -2)}, "m": {("v", -2)}, "k": {("z", -1)}}
    assert _learned(places, one) == {"n": 4}  # `v` has no such axis
