"""What the worker says of an exception: why a name is missing, or which one is near; whatever the exception is."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

import pytest

from grader import faults
from grader.units import Unit


def raising(source: str, unbound: Mapping[str, str] | None = None) -> str:
    """What is told of what a piece of code raises."""
    try:
        exec(compile(source, "mine.py", "exec"), {"__name__": "mine"})
    except BaseException as error:  # noqa: BLE001  # whatever it is
        return faults.told(error, unbound or {})
    raise AssertionError("it should raise")


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("def f():\n    scores = 1\n    return score\nf()", "name 'score' is not defined. Did you mean `scores`?"),
        ("weights = 1\nwieghts", "name 'wieghts' is not defined. Did you mean `weights`?"),
        ("weights = 1\nscores", "name 'scores' is not defined"),
        ("__weights__ = 1\n__weight__", "name '__weight__' is not defined"),
        ("weights = 1\nraise NameError('weight')", "weight"),
        ("1 / 0", "division by zero"),
    ],
)
def test_a_name_that_is_near_is_told(source: str, told: str) -> None:
    assert raising(source) == told


def test_why_a_name_is_missing_counts_more_than_what_is_near() -> None:
    told = raising("softmax_ = 1\nsoftmax", {"softmax": "its import failed: mine.py, line 1"})
    assert told == "name 'softmax' is not defined (its import failed: mine.py, line 1)"


HOSTILE = [
    "class N(NameError):\n    @property\n    def name(self): raise SystemExit\nraise N('no')",
    "e = NameError('no')\ne.name = 3\nraise e",
    "e = NameError('no')\ne.name = type('S', (str,), {'__hash__': None})('x')\nraise e",
    (
        "class D(dict):\n    def __iter__(self): raise SystemExit\n"
        "    def __missing__(self, key): raise KeyError(key)\n"
        "class M(type):\n    @classmethod\n    def __prepare__(cls, *a): return D(scores=1, __name__='mine')\n"
        "class C(metaclass=M):\n    score"
    ),
    "globals()[3] = 4\nglobals()['x' * 10**6] = 5\n" + "y" * 2000,
]


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_names_harm_nothing(source: str) -> None:
    assert len(raising(source)) <= 700


def test_the_names_looked_at_are_bounded() -> None:
    many = "\n".join(f"name_{'x' * n} = 1" for n in range(2000))
    assert raising(f"{many}\nnothing_like_it") == "name 'nothing_like_it' is not defined"


def unit(source: str) -> Unit:
    return Unit(ast.parse(source).body[0], 0, "mine.py")


@pytest.mark.parametrize(
    ("source", "error", "kind", "name"),
    [
        ("def f(): pass", ValueError("no"), "definition_failed", "f"),
        ("async def f(): pass", ValueError("no"), "definition_failed", "f"),
        ("class C: pass", ValueError("no"), "definition_failed", "C"),
        ("import numpy", ImportError("no"), "statement_raised", None),
        ("import torch", ModuleNotFoundError("no", name="torch"), "module_not_available", None),
        ("f()", ValueError("no"), "statement_raised", None),
    ],
)
def test_the_note_on_what_raised(source: str, error: BaseException, kind: str, name: str | None) -> None:
    problem = faults.problem_of(error, unit(source))
    assert (problem.kind, problem.fields.get("name"), problem.fields["line"]) == (kind, name, "1")


@pytest.mark.parametrize(
    ("source", "hints"),
    [
        ("def f(x: int): pass", True),
        ("def f(x) -> int: pass", True),
        ("def f(*, x: int): pass", True),
        ("class C:\n    x: int", True),
        ("class C:\n    def f(self, x: int): pass", True),
        ("x: int = 3", True),
        ("def f(x): pass", False),
        ("class C: pass", False),
        ("x = 3", False),
        ("if x:\n    def f(x: int): pass", False),
    ],
)
def test_which_statements_write_types_down(source: str, hints: bool) -> None:
    assert faults.has_hints(ast.parse(source).body[0]) is hints


def test_what_an_answer_says() -> None:
    try:
        exec(compile("def f():\n    raise ValueError('no')\nf()", "mine.py", "exec"), {})
    except ValueError as error:
        said: dict[str, Any] = faults.raised(error, "y = f()", {})
    assert said == {
        "raised": "ValueError",
        "message": "no",
        "step": "y = f()",
        "memory": False,
        "frames": [("mine.py", 3, "<module>"), ("mine.py", 2, "f")],
    }
