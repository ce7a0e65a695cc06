"""In which function a mistake is: by value, with plain functions, and with real submissions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from fakes import FakeSession, Functions, exam, session

from grader.exam import Exam
from grader.model import CaseResult, Outcome, Run
from grader.stages import sentence, stage
from grader.verdicts import judge_case

SPEC = """
assignment: two_steps
title: Two steps
points: 2
reference: reference/two_steps.py
functions:
  scaled: {parameters: [x], returns: [y]}
  summed: {parameters: [y], returns: [z]}
steps:
  - y = scaled(x)
  - z = summed(y)
given: {x: {normal: [3, 4]}}
groups:
  - {id: whole, points: 2, expect: reference}
"""
ALONE = """
  - {id: first, points: 0, implied_by: whole, steps: ["y = scaled(x)"], expect: reference}
"""


def scaled(x: Any) -> Any:
    return 2 * x


def summed(y: Any) -> Any:
    return y.sum(axis=-1)


RIGHT: Functions = {"scaled": scaled, "summed": summed}


def told(made: Exam, functions: Functions) -> tuple[str, int]:
    """What is said of functions, and how many runs of theirs it took."""
    mine, reference = session(functions), session(RIGHT)
    results = [_result(made, case, mine) for case in made.cases]
    before = mine.calls
    return stage(made, results, (), mine.run, reference.run), mine.calls - before


def _result(made: Exam, case: Any, mine: FakeSession) -> CaseResult:
    (outcome,) = mine.run([case.readings[()].runs[""]])
    return judge_case(made, case, (), {"": outcome})


@pytest.mark.parametrize(
    ("functions", "sentence"),
    [
        (RIGHT, ""),
        ({**RIGHT, "scaled": lambda x: 3 * x}, "`summed` is right; `scaled` is not."),
        ({**RIGHT, "summed": lambda y: y.sum(axis=-1) + 1}, "`scaled` is right; `summed` is not."),
        ({"scaled": lambda x: 3 * x, "summed": lambda y: y.sum(axis=-1) + 1}, ""),  # nothing is right
        # Other values on the way, of which the reference makes the right thing: the mistake is not there.
        (
            {"scaled": lambda x: 2 * x[:, ::-1], "summed": lambda y: y[:, 1:].sum(axis=-1)},
            "`scaled` is right; `summed` is not.",
        ),
        ({"scaled": lambda x: None, "summed": summed}, "`summed` is right; `scaled` is not."),
    ],
)
def test_steps_are_followed_through_with_the_reference(functions: Functions, sentence: str) -> None:
    assert told(exam(SPEC, RIGHT), functions)[0] == sentence


def test_cases_that_run_a_function_alone_need_no_further_run() -> None:
    made = exam(SPEC + ALONE, RIGHT)
    wrong: Functions = {**RIGHT, "scaled": lambda x: x}
    assert told(made, wrong) == ("`summed` is right; `scaled` is not.", 2)  # for `summed`, that no case runs alone
    assert told(made, RIGHT) == ("", 0)


@pytest.mark.parametrize(
    ("right", "said"),
    [
        ({"f": True, "g": True, "h": False}, "`f` and `g` are right, each on its own; `h` is not."),
        ({"f": True, "g": False, "h": False}, "`f` is right; `g` and `h` are not; look in `g` first."),
        ({"f": True, "g": None}, ""),
        ({"f": False, "g": None}, ""),
        ({}, ""),
    ],
)
def test_in_words(right: dict[str, bool | None], said: str) -> None:
    assert sentence(right) == said


def test_of_one_function_nothing_need_be_said() -> None:
    def never(runs: Sequence[Run]) -> Sequence[Outcome]:
        raise AssertionError(runs)

    spec = SPEC.replace("  summed: {parameters: [y], returns: [z]}\n", "").replace("  - z = summed(y)\n", "")
    made = exam(spec, {"scaled": scaled})
    assert stage(made, [], (), never, never) == ""


def test_a_reference_that_cannot_be_followed_says_nothing() -> None:
    made = exam(SPEC, RIGHT)
    mine, odd = session({**RIGHT, "scaled": lambda x: 3 * x}), session({"scaled": lambda x: None, "summed": np.sum})
    results = [_result(made, case, mine) for case in made.cases]
    assert stage(made, results, (), mine.run, odd.run) == ""


def test_what_is_right_in_one_reading_only_is_not_called_right() -> None:
    made = exam(SPEC + ALONE, RIGHT)
    mine = session({**RIGHT, "summed": lambda y: y.sum(axis=-1) + 1})
    results = [_result(made, case, mine) for case in made.cases]
    reference = session(RIGHT).run
    assert stage(made, results, (), mine.run, reference) == "`scaled` is right; `summed` is not."
    assert stage(made, results, (), mine.run, reference, {"first.1"}) == "`scaled` is right; `summed` is not."
    assert stage(made, results, (), mine.run, None, {"first.1"}) == ""
