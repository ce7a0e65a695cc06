"""Edits of a reference: where they fit, and what comes of them."""

from __future__ import annotations

from grader.mutants import mutated, problems
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
