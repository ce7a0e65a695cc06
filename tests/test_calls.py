"""Calling a submission's functions outside of a worker: what is not caught, and what lines are called."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader import replies, wire
from grader.calls import Calls, where
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
