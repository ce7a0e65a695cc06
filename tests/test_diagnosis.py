"""When outcomes are the same, and when a mutant explains a submission: by value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.diagnosis import Happened, agree, explains, telling
from grader.model import Missing, Outcome, Raised, Returned, Stopped, Value

A, B = ("g.1", ()), ("g.2", ())


def gave(*numbers: float, kind: str = "array") -> Returned:
    return Returned({"y": Value(kind, "ndarray", np.array(numbers, dtype=float))})


def happened(first: Outcome, second: Outcome) -> Happened:
    return {A: {"": first}, B: {"": second}}


RAISED = Raised("y = f(x)", "ValueError", "")
NOTHING = Returned({"y": Value("none", "NoneType", None)})


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (gave(1, 2), gave(1, 2), True),
        (gave(1, 2), gave(1, 2 + 1e-6), True),
        (gave(1, 2), gave(1, 2.01), False),
        (gave(1, 2), gave(1, 2, 3), False),
        (gave(1, np.nan), gave(1, 2), None),
        (gave(1, 2), gave(np.inf, 2), None),
        (gave(1), NOTHING, False),
        (NOTHING, NOTHING, None),
        (RAISED, RAISED, None),
        (RAISED, gave(1), False),
        (gave(1), RAISED, False),
        (Missing("f"), gave(1), None),
        (gave(1), Stopped("timeout", ""), None),
        (gave(1, kind="list"), gave(1), True),
    ],
)
def test_whether_two_outcomes_are_the_same(one: Outcome, other: Outcome, same: bool | None) -> None:
    assert agree(one, other) is same
    assert agree(other, one) is same


RIGHT = happened(gave(1), gave(2))
MUTANT = happened(gave(1), gave(3))
TELLS = telling(MUTANT, RIGHT)


def test_a_mutant_tells_where_it_differs() -> None:
    assert {(B, "")} == TELLS
    assert telling(RIGHT, RIGHT) == frozenset()
    assert telling(happened(gave(1), RAISED), RIGHT) == {(B, "")}


@pytest.mark.parametrize(
    ("submission", "explained"),
    [
        (happened(gave(1), gave(3)), True),
        (RIGHT, False),
        (happened(gave(0), gave(3)), False),  # the case that the mutant passes refutes it
        (happened(gave(1), gave(4)), False),
        (happened(Missing("f"), gave(3)), True),
        (happened(gave(1), Missing("f")), False),  # nothing supports it
        (happened(gave(1), gave(np.nan)), False),
        (happened(RAISED, gave(3)), False),
    ],
)
def test_what_it_explains(submission: Any, explained: bool) -> None:
    assert explains(submission, MUTANT, TELLS) is explained


def test_cases_that_were_not_run_say_nothing() -> None:
    assert explains({B: {"": gave(3)}}, MUTANT, TELLS)
    assert not explains({("other", ()): {"": gave(3)}}, MUTANT, TELLS)


def test_integers_that_are_one_off_are_no_evidence_but_tell_mutants_apart() -> None:
    def whole(*numbers: int) -> Returned:
        return Returned({"y": Value("array", "ndarray", np.array(numbers))})

    cut, alike, far = happened(whole(7), whole(3)), happened(whole(8), whole(3)), happened(whole(9), whole(3))
    right = happened(gave(7.999), gave(3.1))
    tells = telling(cut, right)
    assert explains(alike, cut, tells)
    assert not explains(far, cut, tells)
    assert not explains(happened(gave(8), whole(3)), cut, tells)
    assert telling(alike, cut) == {(A, "")}
