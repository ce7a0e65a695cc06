"""Inputs that hide mistakes, by value: what is wrong with them and what to change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from specs import small

from grader.cases import Case, build_cases
from grader.conditioning import (
    Flaw,
    alike,
    all_square,
    hardly_matters,
    is_blind,
    is_examined,
    movable,
    moves,
    together,
    trial,
)
from grader.model import Array, Outcome, Raised, Returned, Run, Value

CASE: Case = build_cases(small(), 0)[0]
RUN = CASE.readings[()].runs[""]
DRAWN = np.random.RandomState(0).standard_normal((4, 4))


def with_inputs(**inputs: Array) -> Run:
    return replace(RUN, inputs=inputs)


def told(outcome: Array = DRAWN, **inputs: Array) -> list[tuple[str, tuple[str, ...]]]:
    reading = replace(CASE.readings[()], runs={"": with_inputs(**inputs)})
    flaws = alike(CASE, reading, Returned({"output": Value("array", "ndarray", outcome)}))
    return [(flaw.what, flaw.names) for flaw in flaws]


def test_good_inputs_have_no_flaw() -> None:
    assert told(X=DRAWN, W=DRAWN + DRAWN**2) == []


@pytest.mark.parametrize(
    ("inputs", "what"),
    [
        ({"X": np.zeros((2, 3))}, ("nothing but 0 in {}", ("X",))),
        ({"X": np.full((2, 3), 0.5)}, ("nothing but 0.5 in {}", ("X",))),
        ({"X": np.tile(DRAWN[:1], (3, 1))}, ("all rows are alike in {}", ("X",))),
        ({"X": DRAWN + DRAWN.T}, ("a matrix that is its own transpose: {}", ("X",))),
        ({"X": DRAWN, "W": DRAWN}, ("the same numbers in {}", ("X", "W"))),
    ],
)
def test_numbers_that_are_alike(inputs: dict[str, Array], what: tuple[str, tuple[str, ...]]) -> None:
    assert told(**inputs) == [what]


def test_a_result_of_one_number() -> None:
    assert told(np.full((2, 2), 7.0), X=DRAWN) == [("one number only in the result {}", ("output",))]


@pytest.mark.parametrize("mask", [np.tri(4), np.eye(4), np.ones((4, 4)), np.tri(4) > 0, np.arange(4)])
def test_masks_and_whole_numbers_are_as_they_have_to_be(mask: Array) -> None:
    assert movable(with_inputs(mask=mask, X=DRAWN)) == {"X": DRAWN}
    assert told(mask=mask, X=DRAWN) == []


def returned(*arrays: Array) -> list[Outcome]:
    return [Returned({"output": Value("array", "ndarray", array)}) for array in arrays]


def test_how_much_of_a_change_reaches_the_output() -> None:
    base = np.ones(4)
    assert moves(returned(base, base * 1.0005, base * 1.0005)) == pytest.approx(0.5)
    assert moves(returned(base, base)) == 0
    assert moves(returned(base * np.nan, base)) is None
    assert moves([*returned(base), Raised("step", "ValueError", "")]) is None
    assert (is_blind(0.001), is_blind(0.2), is_blind(None)) == (True, False, False)


def test_a_trial_nudges_one_input_a_little_and_always_the_same() -> None:
    first, *nudged = trial(CASE, RUN, "X", 10.0)
    np.testing.assert_array_equal(np.asarray(first.inputs["X"]), 10 * np.asarray(RUN.inputs["X"]))
    for run in nudged:
        off = np.asarray(run.inputs["X"]) - np.asarray(first.inputs["X"])
        assert 0 < np.abs(off).max() < 0.01 * np.abs(np.asarray(first.inputs["X"])).max()
        assert run.inputs["W"] is RUN.inputs["W"]
    again = trial(CASE, RUN, "X", 10.0)[1]
    np.testing.assert_array_equal(np.asarray(again.inputs["X"]), np.asarray(nudged[0].inputs["X"]))


@pytest.mark.parametrize(
    ("otherwise", "advice"),
    [
        ({0.01: 0.4, 100.0: 0.0}, "the softmax is saturated: draw `W` smaller"),
        ({0.01: None, 100.0: 0.4}, "the softmax is nearly uniform: draw `W` larger"),
        (
            {0.01: 0.0, 100.0: None},
            "draw inputs with `normal` and weights with std: 1 / sqrt(their rows)",
        ),
    ],
)
def test_which_way_an_input_is_badly_chosen(otherwise: dict[float, float | None], advice: str) -> None:
    flaw = hardly_matters("g.1", "W", 0.0003, otherwise)
    assert flaw.told == "the output hardly depends on `W` (moved by 1 %, it moves the output by 0.0003 %)"
    assert flaw.advised.startswith(advice)


def test_what_is_the_same_is_told_once_for_a_group() -> None:
    flaws = [Flaw((case,), (name,), "w {}", "a", share) for case, name, share in [("g.1", "X", 0.1), ("g.2", "W", 0.2)]]
    assert together([*flaws, Flaw(("h.1",), ("X",), "w {}", "a")]) == [
        Flaw(("g.1", "g.2"), ("X", "W"), "w {}", "a", 0.2),
        Flaw(("h.1",), ("X",), "w {}", "a"),
    ]


def test_square_sizes_only() -> None:
    square = with_inputs(X=DRAWN, W=DRAWN, b=np.zeros(4))
    assert all_square([square, square])
    assert not all_square([square, with_inputs(X=DRAWN, W=DRAWN[:, :2])])
    assert not all_square([with_inputs(X=DRAWN)])  # one matrix, such as a mask, may have to be square
    assert not all_square([])


def test_examples_of_the_statement_are_not_examined() -> None:
    assert is_examined(CASE)
    assert not is_examined(replace(CASE, expect={"output": DRAWN}))
