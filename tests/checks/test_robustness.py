"""Advice: what solutions do with large, integer and float32 inputs, twice, and to what they are given."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from checks import samples
from checks.samples import MASKED, PLAIN, attention
from checks.trying import Case, finding, seen_by

from grader.checks import Check, CheckError, Layout
from grader.checks.robustness import (
    Deterministic,
    Float32Input,
    InputsUnchanged,
    IntegerInput,
    KeepsFloat32,
    LargeLogits,
)
from grader.model import Array, Run, Value
from grader.steps import parse_step


def inputs(check: Check, case: Case, run: str = "changed") -> dict[str, Any]:
    return dict(check.runs(case.run, case.layout)[run].inputs)


def fault(check: Check, case: Case) -> str:
    with pytest.raises(CheckError) as caught:
        check.runs(case.run, case.layout)
    return str(caught.value)


def case(**given: Any) -> Case:
    return Case(given, Layout({}, {}), f"output = f({', '.join(given)})")


# ------------------------------------------------------------------------------------------------ inputs_unchanged


def test_the_arrays_that_no_step_gives_are_looked_at() -> None:
    run = Run(
        (parse_step("a, K = f(Q, K, heads)"), parse_step("b = g(a, V)")),
        {"Q": np.ones(2), "K": np.ones(2), "heads": 2, "V": np.ones(2)},
        ("b",),
    )
    made = InputsUnchanged().runs(run, Layout({}, {}))["changed"]
    assert made.observe == ("Q", "V")
    assert (made.steps, made.inputs) == (run.steps, run.inputs)


@pytest.mark.parametrize("name", ["Q", "K", "V"])
def test_the_changed_input_is_named(name: str) -> None:
    def careless(Q: Array, K: Array, V: Array) -> Any:
        {"Q": Q, "K": K, "V": V}[name][2, 1] += 1e-12
        return attention(Q, K, V)

    found = finding(InputsUnchanged(), PLAIN, careless)
    assert found.message == (
        f"the input `{name}` is changed in place: `{name} = {name} / 2` makes a new array, "
        f"`{name} /= 2` and `{name}[…] = …` write into the caller's"
    )
    assert found.where == name


@pytest.mark.parametrize(
    "after",
    [None, np.zeros((5, 3)), np.zeros(5), np.full((5, 4), np.nan), np.zeros((5, 4), complex), np.zeros((1, 5, 4))],
)
def test_whatever_comes_back_is_compared(after: Any) -> None:
    seen = seen_by(InputsUnchanged(), PLAIN, attention)
    odd = {**seen.returned["changed"], "Q": Value("array", "ndarray", after)}
    found = InputsUnchanged().find(replace(seen, returned={**seen.returned, "changed": odd}))
    assert found.where == "Q"


def test_nan_is_unchanged_when_it_stays() -> None:
    assert finding(InputsUnchanged(), case(x=np.array([np.nan, 1.0])), lambda x: np.zeros(1)).passed
    assert finding(InputsUnchanged(), case(x=np.array([True, False]), n=3), lambda x, n: np.zeros(1)).passed


def test_numbers_cannot_be_changed() -> None:
    assert finding(InputsUnchanged(), case(heads=2), np.zeros).passed


# ------------------------------------------------------------------------------------------------ deterministic


def test_the_second_run_is_the_first() -> None:
    run = PLAIN.run
    assert Deterministic().runs(run, PLAIN.layout) == {"changed": run}
    found = finding(Deterministic(), PLAIN, samples.Noisy())
    assert found.message.startswith(
        "a second call on the same inputs gives another output (is something random, or kept from the first call?): "
        "15 of 15 values of `output`"
    )


# ------------------------------------------------------------------------------------------------ large_logits


def test_the_first_input_is_a_thousand_times_as_large() -> None:
    made = inputs(LargeLogits(), PLAIN)
    assert np.array_equal(made["Q"], PLAIN.inputs["Q"] * 1000)
    assert made["K"] is PLAIN.inputs["K"]


def test_or_those_that_are_named_by_another_factor() -> None:
    made = inputs(LargeLogits(inputs=("K", "V"), factor=10), PLAIN)
    assert np.array_equal(made["K"], PLAIN.inputs["K"] * 10)
    assert np.array_equal(made["V"], PLAIN.inputs["V"] * 10)
    assert made["Q"] is PLAIN.inputs["Q"]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, complex(0, np.nan)])
def test_one_value_that_is_not_finite_is_enough(value: Any) -> None:
    output = np.zeros((5, 3), np.result_type(value))
    output[4, 2] = value
    seen = seen_by(LargeLogits(), PLAIN, attention)
    odd = {"output": Value("array", "ndarray", output)}
    found = LargeLogits().find(replace(seen, returned={**seen.returned, "changed": odd}))
    assert found.message == (
        "`output` is not finite for large inputs, as when exp grows too large (subtract each row's maximum before it)"
    )


def test_what_is_no_array_is_not_called_infinite() -> None:
    seen = seen_by(LargeLogits(), PLAIN, attention)
    odd = {"output": Value("other", "NoneType", None)}
    found = LargeLogits().find(replace(seen, returned={**seen.returned, "changed": odd}))
    assert found.message == "`output` is no array of numbers for large inputs"


def test_what_large_inputs_cannot_be_made_of() -> None:
    assert fault(LargeLogits(), case()) == "the case has no inputs"
    assert fault(LargeLogits(), case(heads=2)) == "`heads` is no array among this case's inputs (heads)"
    assert fault(LargeLogits(inputs=("X",)), PLAIN) == "`X` is no array among this case's inputs (Q, K, V)"


# ------------------------------------------------------------------------------------------------ integer_input


def test_twice_the_inputs_rounded_as_floats_and_as_integers() -> None:
    floats, integers = inputs(IntegerInput(), MASKED, "floats"), inputs(IntegerInput(), MASKED)
    for name in "QKV":
        assert floats[name].dtype == np.float64
        assert integers[name].dtype == np.int64
        assert np.array_equal(floats[name], np.rint(2 * MASKED.inputs[name]))
        assert np.array_equal(floats[name], integers[name])
        assert np.unique(floats[name]).size > 3
    assert floats["mask"] is integers["mask"] is MASKED.inputs["mask"]


def test_the_two_are_compared_and_not_with_the_first_run() -> None:
    assert finding(IntegerInput(), PLAIN, attention).passed
    found = finding(IntegerInput(), PLAIN, samples.truncated)
    assert found.message.startswith(
        "whole numbers as integers (int64) give another output than the same numbers as floats: "
    )


# ------------------------------------------------------------------------------------------------ float32


@pytest.mark.parametrize("check", [Float32Input(), KeepsFloat32()])
def test_floats_are_float32(check: Check) -> None:
    made = inputs(
        check, replace(MASKED, inputs={**MASKED.inputs, "heads": 2, "half": np.ones(2, "f2"), "ids": np.arange(2)})
    )
    assert {name: made[name].dtype.name for name in ("Q", "K", "V", "half", "mask", "ids")} == {
        **dict.fromkeys(("Q", "K", "V", "half"), "float32"),
        "mask": "bool",
        "ids": "int64",
    }
    assert np.array_equal(made["Q"], MASKED.inputs["Q"])
    assert made["heads"] == 2


@pytest.mark.parametrize(("off", "passed"), [(0.0, True), (9e-5, True), (2e-3, False)])
def test_float32_is_given_its_own_precision(off: float, passed: bool) -> None:
    def solution(Q: Array, K: Array, V: Array) -> Any:
        return attention(Q, K, V) * 0 + (off if Q.dtype == np.float32 else 0.0)

    found = finding(Float32Input(), PLAIN, solution)
    assert found.passed is passed
    if not passed:
        assert found.message.startswith("float32 inputs give another output than float64 inputs: 15 of 15 values")
        assert found.message.endswith("(allowed: 0.0001)")


def test_the_width_of_the_output() -> None:
    assert finding(KeepsFloat32(), PLAIN, attention).passed
    for solution, words in ((samples.always_float64, "float64"), (samples.half_precision, "float16")):
        assert finding(KeepsFloat32(), PLAIN, solution).message == f"float32 inputs give `output` as {words}"
    found = finding(KeepsFloat32(), PLAIN, lambda Q, K, V: attention(Q, K, V) if Q.dtype == "f8" else None)
    assert found.message == "float32 inputs give `output` as no array of numbers"


@pytest.mark.parametrize("check", [IntegerInput(), Float32Input(), KeepsFloat32()])
def test_there_must_be_floats(check: Check) -> None:
    assert fault(check, case(x=np.arange(3), mask=np.ones(2, bool), scale=0.5)) == "no input of this case holds floats"
