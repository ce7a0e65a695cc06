"""What keeps functions from running is told once, with what to do about it."""

from __future__ import annotations

from typing import Any

import pytest
from reports import samples

from grader.insight import Clue, Diagnosis
from grader.model import CaseResult, FoundFunction, Loaded, Note, Result, Stopped, Verdict
from grader.obstacles import obstacles, with_obstacles
from grader.remedies import is_consequence
from grader.reports.reading import explained, first_reason, for_student, next_step, notes
from grader.spec import Assignment

ASSIGNMENT = Assignment.model_validate(
    {
        "assignment": "a",
        "title": "A",
        "reference": "reference/a.py",
        "functions": {"compute_qkv": {"parameters": ["X", "W"]}},
        "groups": [{"id": "g", "points": 10}],
    }
)
RIGHT = {"compute_qkv": FoundFunction("compute_qkv", ("X", "W"), 2, 2, "a.py:3")}
NARROW = {"compute_qkv": FoundFunction("compute_qkv", ("X",), 1, 1, "a.py:3")}
TORCH = Note("module_not_available", {"file": "a.py", "line": "1", "module": "torch"})
MINE = Note("module_not_available", {"file": "a.py", "line": "1", "module": "helpers"})
NEEDS_IT = "NameError: name 'F' is not defined (its import failed: a.py, line 2) (a.py, line 6), in `y = f(x)`"


def loaded(functions: dict[str, FoundFunction], others: tuple[str, ...] = (), *told: Note) -> Loaded:
    return Loaded(functions, others, told, (), "a.py")


@pytest.mark.parametrize(
    ("found", "messages", "todos"),
    [
        (loaded(RIGHT), [], []),
        (loaded(NARROW), [], ["Give compute_qkv the parameters (X, W)"]),
        (loaded({}, ("computeQKV(X, W)",)), [], ["Rename computeQKV to compute_qkv"]),
        (loaded({}, ("compute_all(X)",)), [], ["Write compute_qkv(X, W)"]),
        (loaded({}), [], ["Write compute_qkv(X, W)"]),
        (loaded({}, ("Layer.compute_qkv(self, X)",)), [], ["Write compute_qkv(X, W) at the top level of the file"]),
        (loaded({}, ("compute_qkv(X, W)",)), [], ["Mend the definition of compute_qkv"]),
        (loaded(RIGHT, (), TORCH), [NEEDS_IT], ["Write what needs torch with numpy"]),
        (loaded(RIGHT, (), MINE), [NEEDS_IT], ["Hand in helpers.py as well, if it is yours"]),
        (loaded(RIGHT, (), TORCH), ["`y` differs"], []),
    ],
)
def test_what_to_do(found: Loaded, messages: list[str], todos: list[str]) -> None:
    assert [clue.todo for clue in obstacles(ASSIGNMENT, found, messages)] == todos


@pytest.mark.parametrize(
    ("message", "follows"),
    [
        ("compute_qkv cannot be called as the assignment does: Q = compute_qkv(X)", True),
        ("compute_qkv(X, W) is not defined", True),
        (NEEDS_IT, True),
        ("NameError: name 'F' is not defined (a.py, line 6), in `y = f(x)`", False),
        ("`y` is not as expected", False),
    ],
)
def test_which_messages_follow_from_it(message: str, follows: bool) -> None:
    assert is_consequence(message) is follows


def lost(message: str = "compute_qkv(X, W) is not defined") -> CaseResult:
    return samples.case("g.1", Verdict.MISSING, 0, 1, message=message)


def wanting(**changes: Any) -> Result:
    given: dict[str, Any] = {
        "score": 0.0,
        "cases": (lost(),),
        "clues": (),
        "counterexample": None,
        "notes": (TOLD, "other"),
    }
    return samples.result(**(given | changes))


TOLD = "compute_qkv(X, W) is not defined; found computeQKV(X, W)"
FOUND = loaded({}, ("computeQKV(X, W)",))


@pytest.mark.parametrize("hints", ["none", "stage", "property", "name"])
def test_it_is_the_reason_and_the_next_step_whatever_the_hints(hints: str) -> None:
    result = for_student(with_obstacles(wanting(hints=hints), ASSIGNMENT, FOUND))
    assert first_reason(result) == TOLD
    assert next_step(result, 0) == "Rename computeQKV to compute_qkv, then run `grader check` again."
    assert notes(result) == ["other"]
    assert explained(result, lost())
    assert not explained(result, lost("`y` is not as expected"))


def test_nothing_is_said_where_a_mistake_has_a_name_or_nothing_was_loaded() -> None:
    named = wanting(diagnoses=(Diagnosis("m", "a mistake", "", 5.0),))
    assert with_obstacles(named, ASSIGNMENT, FOUND) == named
    assert with_obstacles(wanting(), ASSIGNMENT, Stopped("timeout", "")) == wanting()


def test_it_comes_before_other_clues() -> None:
    stage = Clue("stage", "`f` is right")
    assert with_obstacles(wanting(clues=(stage,)), ASSIGNMENT, FOUND).clues[1] is stage
