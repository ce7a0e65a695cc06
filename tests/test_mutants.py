"""Edits of a reference: where they fit, and what comes of them."""

from __future__ import annotations

from typing import Any

import pytest

from grader.model import Missing, Name, Raised, Run, Step
from grader.mutants import NOT_LOADED, is_unloaded, mutated, numbered, problems, together
from grader.spec import Edit, Misconception

REFERENCE = "def f(x):\n    y = x + 1\n    return y * 2\n"


def misconception(**fields: object) -> Misconception:
    return Misconception.model_validate({"id": "m", "title": "t", **fields})


def test_an_edit_must_fit_exactly_once() -> None:
    wrong = misconception(replace={"x + 2": "x", " y": " z"}, variants=[{"replace": {"return z": ""}}])
    assert list(problems(REFERENCE, wrong)) == [
        (("replace", "x + 2"), "this text must be in the reference exactly once, and it is not there"),
        (
            ("replace", " y"),
            "this text must be in the reference exactly once, and it is there 2 times: take more of the line",
        ),
        (
            ("variants", 0, "replace", "return z"),
            "this text must be in the reference exactly once, and it is not there",
        ),
    ]
    assert list(problems(REFERENCE, misconception(replace={"x + 1": "x"}))) == []


def test_edits_are_made_and_definitions_come_last() -> None:
    assert (
        mutated(REFERENCE, [Edit(replace={"x + 1": "x", "* 2": "* 3"})]) == "def f(x):\n    y = x\n    return y * 3\n"
    )
    both = mutated(REFERENCE, [Edit(replace={"* 2": ""}), Edit(define="def f(x): return 0")])
    assert both == "def f(x):\n    y = x + 1\n    return y \n\n\ndef f(x): return 0\n"


def test_edits_that_do_not_go_together_make_no_mutant() -> None:
    assert mutated(REFERENCE, [Edit(replace={"x + 1": "x"}), Edit(replace={"x + 1": "1"})]) is None


def test_many_texts_are_told_apart_by_their_number() -> None:
    sources = ["def f(x): return 1", "def f(x): return x", "def f(:", "def g(x): return 2", "1 / 0"]
    namespace: dict[str, Any] = {}
    exec(together(REFERENCE, sources, ["f"]), namespace)
    f = namespace["f"]
    assert (f(0, 5), f(1, 5), f(1, 6)) == (1, 5, 6)
    for number in (2, 3, 4):  # not Python; no such function; does not run
        with pytest.raises(namespace[NOT_LOADED]):
            f(number, 5)


def test_a_run_of_a_mutant_passes_its_number_first() -> None:
    run = Run((Step("f", (Name("x"), 2), ("y",), "y = f(x, 2)"),), {"x": 1.0}, ("y",))
    (step,) = numbered(run, 7).steps
    assert step.arguments == (7, Name("x"), 2)
    assert numbered(run, 7).inputs is run.inputs
    assert is_unloaded(Raised("y = f(x)", NOT_LOADED, "f"))
    assert not is_unloaded(Raised("y = f(x)", "ValueError", ""))
    assert not is_unloaded(Missing("f"))
