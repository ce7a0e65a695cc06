"""Where to look, for what a worker says of a wrong submission."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from fakes import FakeRunner, exam, session

from grader import judge
from grader.model import FoundFunction, Frame, Loaded, Note, Outcome, Raised, SourceFile, Stopped, Submission

SPEC = """
assignment: doubling
title: Doubling
points: 10
reference: reference/doubling.py
functions:
  double: {parameters: [x], returns: [y]}
  triple: {parameters: [x], returns: [z]}
seed: 1
given: {x: {normal: [3]}}
groups:
  - {id: both, points: 6, steps: ["y = double(x)", "z = triple(y)"], observe: [y, z], expect: reference}
  - {id: one, points: 3, steps: ["z = triple(x)"], expect: reference}
  - {id: secret, points: 1, visibility: hidden, steps: ["y = double(x)"], expect: reference}
"""


def double(x: Any) -> Any:
    return x * 2


def triple(x: Any) -> Any:
    return x * 3


EXAM = exam(SPEC, {"double": double, "triple": triple})
SUBMISSION = Submission("s", "s", "s", (SourceFile("a.py", b"x\n" * 20), SourceFile("b.ipynb", b"{}\n" * 9)), "0" * 64)
DEFINED = {
    "double": FoundFunction("double", (), 1, 1, "a.py:3"),
    "triple": FoundFunction("triple", (), 1, 1, "a.py:8"),
}
Functions = Mapping[str, Callable[..., Any] | Outcome]


def found(functions: Functions, loaded: Loaded | Stopped | None = None, of: Submission = SUBMISSION) -> dict[str, Any]:
    """Where to look in each case, as `file:line`."""
    given = session(functions)
    given.loaded = loaded or Loaded(DEFINED, (), (), (), "a.py")
    result = judge.grade(of, EXAM, FakeRunner({None: given})).result
    return {case: f"{at.file}:{at.line}" for case, at in result.locations.items()}


def raised(*frames: tuple[str, int]) -> Raised:
    return Raised("y = double(x)", "ValueError", "no", tuple(Frame(file, line, "f") for file, line in frames))


def test_a_right_submission_has_no_place_to_look_at() -> None:
    assert found({"double": double, "triple": triple}) == {}


def test_a_wrong_value_is_looked_for_in_the_function_that_returned_it() -> None:
    zeros = np.zeros_like
    assert found({"double": zeros, "triple": triple}) == {"": "a.py:3", "both.1": "a.py:3", "secret.1": "a.py:3"}
    # Where to begin is the case that calls least, whatever comes first.
    assert found({"double": double, "triple": zeros}) == {"": "a.py:8", "both.1": "a.py:8", "one.1": "a.py:8"}


def test_an_exception_is_looked_for_in_the_last_line_of_the_submissions() -> None:
    places = found({"double": raised(("a.py", 4), ("a.py", 5), ("/usr/numpy.py", 7)), "triple": triple})
    assert places["both.1"] == "a.py:5"
    assert places["secret.1"] == "a.py:3"  # of a hidden case no more than which function it calls


@pytest.mark.parametrize(
    ("file", "line", "expected"),
    [
        ("a.py", 0, "a.py:1"),
        ("a.py", 21, "a.py:21"),
        ("a.py", 22, "a.py:1"),
        ("b.ipynb cell 3", 2, "b.ipynb:1"),
        ("b.ipynb", 1, "b.ipynb:1"),
        ("other.py", 5, "a.py:3"),
        ("../../etc/passwd", 5, "a.py:3"),
        ("", 5, "a.py:3"),
    ],
)
def test_only_lines_that_there_are_are_believed(file: str, line: int, expected: str) -> None:
    assert found({"double": raised((file, line)), "triple": triple})["both.1"] == expected


@pytest.mark.parametrize("where", ["other.py:5", "a.py", "a.py:x", "a.py:٣", "a.py:" + "9" * 50, ":", ""])
def test_a_definition_that_is_nowhere_is_looked_for_in_the_file(where: str) -> None:
    functions = DEFINED | {"double": replace(DEFINED["double"], where=where)}
    places = found({"double": np.zeros_like, "triple": triple}, Loaded(functions, (), (), (), "a.py"))
    assert places[""] == ("a.py:3" if where == "a.py:٣" else "a.py:1")


def test_a_missing_function_is_looked_for_where_its_definition_failed() -> None:
    failed = Note("definition_failed", {"file": "a.py", "line": "9", "name": "double"})
    only = {"triple": DEFINED["triple"]}
    assert found({"triple": triple}, Loaded(only, (), (failed,), (), "a.py"))["secret.1"] == "a.py:9"
    assert found({"triple": triple}, Loaded(only, (), (), (), "a.py"))["secret.1"] == "a.py:1"


def test_a_file_that_does_not_load() -> None:
    error = Note("syntax_error", {"file": "a.py", "line": "7", "message": "no"})
    assert set(found({}, Loaded({}, (), (), (), "a.py", fatal=error)).values()) == {"a.py:7"}
    assert set(found({}, Stopped("timeout", "")).values()) == {"a.py:1"}


def test_nothing_to_look_at() -> None:
    empty = replace(SUBMISSION, files=())
    assert found({"double": np.zeros_like, "triple": triple}, of=empty) == {}
