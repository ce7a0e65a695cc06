"""Calling a submission's functions outside of a worker: what is not caught, and what lines are called."""

from __future__ import annotations

import functools
import itertools
import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader import replies, wire
from grader.calls import Calls, _any_parameters, _plain_parameters, bind, parameters_of, where
from grader.model import Frame, Name, Outcome, Raised, Returned, Run, Step

RUN = Run((Step("f", (Name("x"),), ("y",), "y = f(x)"),), {"x": np.array([1.0, 2.0])}, ("y",))


def outcome(function: Callable[..., Any], **fields: Any) -> Outcome:
    request = wire.parse_body(*replies.run_request(RUN), 0, json.loads)
    answer = wire.parse_body(*Calls({"f": function}, **fields).run(request), 0)
    return replies.outcome(answer, RUN, 0.0)


def raising(error: BaseException) -> Callable[[Any], Any]:
    def f(x: Any) -> Any:
        raise error

    return f


def test_values_come_back_as_from_a_worker() -> None:
    found = outcome(lambda x: 2 * x)
    assert isinstance(found, Returned)
    assert found.values["y"].array is not None
    assert found.values["y"].array.tolist() == [2.0, 4.0]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(3), ValueError("no")])
def test_every_exception_is_the_outcome(error: BaseException) -> None:
    found = outcome(raising(error))
    assert isinstance(found, Raised)
    assert found.exception == type(error).__name__


def test_what_is_to_come_through_does() -> None:
    with pytest.raises(KeyboardInterrupt):
        outcome(raising(KeyboardInterrupt()), through=(KeyboardInterrupt,))
    assert isinstance(outcome(raising(SystemExit()), through=(KeyboardInterrupt,)), Raised)


def test_files_have_the_names_that_they_are_given() -> None:
    def naming(filename: str) -> str:
        return "In [3]" if filename == __file__ else ""

    found = outcome(raising(ValueError()), naming=naming)
    assert isinstance(found, Raised)
    assert [(frame.file, frame.function) for frame in found.frames] == [("In [3]", "f")]
    assert isinstance(found.frames[0], Frame)
    assert where(naming, "main", naming).startswith("In [3]:")
    assert where(len, "main", naming) == "main"


# --- how a step's values get their names -----------------------------------------------------------


@pytest.mark.parametrize(
    "returned",
    [(1, 2), [1, 2], np.array([1, 2]), map(int, "12"), (n for n in (1, 2)), {"a": 1, "b": 2}.values(), range(1, 3)],
)
def test_whatever_can_be_unpacked_is(returned: Any) -> None:
    names: dict[str, Any] = {}
    assert bind(returned, ["a", "b"], names) == ""
    assert names == {"a": 1, "b": 2}


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        ((1, 2, 3), "tuple of 3"),
        (np.array([1]), "ndarray of 1"),
        (np.array(1), "ndarray"),
        (iter([1]), "list_iterator of 1"),
        (itertools.count(), "count of more than 2"),  # it has no end
        ("ab", "str"),  # its letters are no answer
        (None, "NoneType"),
        (7, "int"),
    ],
)
def test_what_cannot_is_said(returned: Any, said: str) -> None:
    assert bind(returned, ["a", "b"], {}) == said


def test_one_name_takes_whatever_comes() -> None:
    names: dict[str, Any] = {}
    assert bind((1, 2), ["a"], names) == ""
    assert names == {"a": (1, 2)}


# --- signatures --------------------------------------------------------------------------------------


class HostileSignature:
    """Neither its signature nor its attributes can be had."""

    def __call__(self) -> None:
        """Can be called."""

    def __getattribute__(self, name: str) -> Any:
        raise SystemExit


def _two(a: int, b: int = 2) -> None: ...
def _any(a: int, *rest: int, key: int) -> None: ...
def _only(a: int, /, *, key: int = 1) -> None: ...


def _optional(a: int = 1, b: int = 2, *rest: int, key: int = 3, **more: int) -> None: ...


@functools.wraps(_two)
def _wrapped(*arguments: int, **more: int) -> None: ...


@pytest.mark.parametrize(
    ("function", "parameters"),
    [
        (_two, (["a", "b"], 1, 2)),
        (_any, (["a", "*", "key"], 2, 0)),
        (_only, (["a"], 1, 1)),
        (functools.partial(_two, 1), (["b"], 0, 1)),
        (lambda: None, ([], 0, 0)),
        (type("Strange", (), {"__call__": lambda self, x: x, "__signature__": 3})(), ([], 0, None)),
        (dict.fromkeys, (["iterable", "value"], 1, 2)),
        (_optional, (["a", "b"], 0, None)),
        (_wrapped, (["a", "b"], 1, 2)),
    ],
)
def test_parameters(function: Callable[..., Any], parameters: tuple[list[str], int, int | None]) -> None:
    assert parameters_of(function) == parameters


def test_a_callable_that_tells_nothing() -> None:
    assert parameters_of(HostileSignature()) == ([], 0, None)


def test_many_and_long_parameters_are_cut() -> None:
    space: dict[str, Any] = {}
    exec(f"def f({', '.join('p' * 100 + str(n) for n in range(300))}): pass", space)
    assert parameters_of(space["f"]) == (["p" * 40] * 20, 300, 300)


@pytest.mark.parametrize("function", [_two, _any, _only, _optional, lambda: None, functools.wraps, re.compile])
def test_the_short_way_to_the_parameters_and_the_long_one_agree(function: Callable[..., Any]) -> None:
    assert _plain_parameters(function) == _any_parameters(function)


@pytest.mark.parametrize("other", [_wrapped, functools.partial(_two, 1), dict, len, "text".join])
def test_only_of_plain_functions_the_short_way_is_taken(other: Callable[..., Any]) -> None:
    assert _plain_parameters(other) is None
