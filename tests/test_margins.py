"""How far a tolerance is from being wrong, by value: outcomes in, factors out."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest
from fakes import exam as made
from fakes import session
from specs import SMALL

from grader.diagnosis import Happened
from grader.exam import Exam
from grader.kill_matrix import MOST, Margins, Row
from grader.margins import looser, objections, tighter
from grader.model import Array, Raised

TOLERANCE = "\ntolerance: {rtol: 0, atol: 1e-6}\n"
FUNCTIONS = {"project": lambda X, W: X @ W, "attend": lambda Q, V: Q + V}


@pytest.fixture(scope="module")
def exam() -> Exam:
    return made(SMALL.replace("V: {normal: [n, d]}", "V: {uniform: [n, d]}") + TOLERANCE, FUNCTIONS)


def happened(exam: Exam, off: float, group: str = "") -> Happened:
    """What a submission returns whose results are off by so much, in one group or in all."""
    outcomes: dict[Any, Any] = {}
    for case in exam.cases:
        wrong = off if group in ("", case.group) else 0.0
        functions: dict[str, Any] = {**FUNCTIONS, "attend": functools.partial(_off, wrong)}
        runs = case.readings[()].runs
        outcomes[case.id, ()] = dict(zip(runs, session(functions).run(list(runs.values())), strict=True))
    return outcomes


def _off(share: float, Q: Array, V: Array) -> Array:
    return np.asarray(Q + V + share * np.abs(Q + V).max())


def row(name: str) -> Row:
    return Row(name, 0, "whole", True, ("whole.1",), 0.0, (name,))


def test_the_mistake_that_passes_first(exam: Exam) -> None:
    mutants = [
        (row("far"), happened(exam, 1e-2)),
        (row("near"), happened(exam, 3e-5)),
        (row("mid"), happened(exam, 1e-3)),
    ]
    factor, first = looser(exam, (), mutants)
    assert factor == pytest.approx(30, rel=0.05)
    assert first == "`near` on `whole`"


def test_one_that_passes_already_and_one_that_no_tolerance_would_tell(exam: Exam) -> None:
    factor, first = looser(exam, (), [(row("same"), happened(exam, 0.0)), (row("hidden"), happened(exam, 2e-7))])
    assert factor == pytest.approx(0.2, rel=0.05)
    assert first == "`hidden` on `whole`"
    assert looser(exam, (), [(row("same"), happened(exam, 0.0))]) == (None, "")


def test_one_that_raises_never_passes(exam: Exam) -> None:
    raised = {place: dict.fromkeys(runs, Raised("s", "E", "")) for place, runs in happened(exam, 0.0).items()}
    assert looser(exam, (), [(row("raises"), raised)]) == (MOST, "`raises` on `whole`")


def test_how_tight_it_may_be_for_a_right_solution(exam: Exam) -> None:
    factor, where = tighter(exam, (), happened(exam, 1e-8))
    assert factor == pytest.approx(100, rel=0.05)
    assert where == "whole.1"
    assert tighter(exam, (), happened(exam, 0.0)) == (MOST, "")
    assert tighter(exam, (), happened(exam, 1e-8, "properties")) == (MOST, "")  # a check that compares with nothing
    factor, _ = tighter(exam, (), happened(exam, 1e-5))
    assert factor == pytest.approx(0.1, rel=0.05)
    assert tighter(exam, (), None) == (None, "")


@pytest.mark.parametrize(
    ("margins", "words"),
    [
        (Margins(5e4, "m", 20.0, "c", 1e6, ""), []),
        (Margins(None, "", None, "", None, ""), []),
        (
            Margins(0.1, "`m` on `g`", 20.0, "c", 1e6, ""),
            ["too wide: `m` on `g` passes, and would be caught with one 10"],
        ),
        (Margins(4.0, "`m` on `g`", 20.0, "c", 1e6, ""), ["nearly too wide: 4 times as wide, `m` on `g` passes"]),
        (Margins(5e4, "m", 0.5, "g.1", 1e6, ""), ["float32 loses `g.1` (2 times as wide would do)"]),
        (Margins(5e4, "m", 20.0, "c", 0.5, "g.1"), ["sums in another order"]),
    ],
)
def test_objections(margins: Margins, words: list[str]) -> None:
    found = list(objections(margins))
    assert len(found) == len(words)
    assert all(word in sentence for word, sentence in zip(words, found, strict=True))
