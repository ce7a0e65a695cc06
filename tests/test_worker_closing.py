"""When a worker closes its cage: once, with all loaded that it will import, before any student code runs."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Iterator

import pytest
from loading import message, request

from grader import replies
from grader.model import Loaded
from grader.worker import PROGRESS, Session


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """What loading a submission changes in this process, as it was."""
    modules, path = dict(sys.modules), list(sys.meta_path)
    yield
    sys.modules.clear()
    sys.modules.update(modules)
    sys.meta_path[:] = path
    if hasattr(builtins, "get_ipython"):
        del builtins.get_ipython


def test_the_cage_is_closed_after_loading_ahead_and_before_student_code() -> None:
    closed: list[bool] = []
    sys.modules.pop("colorsys", None)
    source = "import __main__, colorsys\nassert __main__.closed == [True]\n"
    sys.modules["__main__"].__dict__["closed"] = closed
    session = Session(bytearray(PROGRESS.size), close=lambda: closed.append("colorsys" in sys.modules))
    try:
        loaded = replies.loaded(message(session.load(request(source))))
    finally:
        del sys.modules["__main__"].__dict__["closed"]
    assert isinstance(loaded, Loaded)
    assert loaded.notes == ()
    assert closed == [True]


def test_the_harnesss_own_modules_are_there_while_it_is_parsed_and_not_when_the_cage_is_closed() -> None:
    import nbformat  # noqa: F401  # as in a zygote for notebooks

    seen: list[bool] = []
    session = Session(bytearray(PROGRESS.size), ("nbformat",), lambda: seen.append("nbformat" in sys.modules))
    session.load(request("x = 1"))
    assert seen == [False]


@pytest.mark.parametrize("source", ["", "def f(:", "x\0"])
def test_what_cannot_be_read_is_told_without_a_cage(source: str) -> None:
    """None of its code runs."""
    closed: list[int] = []
    session = Session(bytearray(PROGRESS.size), close=lambda: closed.append(1))
    assert message(session.load(request(source))).fields["fatal"]
    assert closed == []


def test_a_submission_is_closed_in_once_whatever_its_files_are() -> None:
    closed: list[int] = []
    session = Session(bytearray(PROGRESS.size), close=lambda: closed.append(1))
    session.load(request("import file1\ndef f(): pass\n", "raise ValueError\n", "def f(:\n"))
    assert closed == [1]


def test_an_outline_runs_nothing_and_closes_nothing() -> None:
    closed: list[int] = []
    session = Session(bytearray(PROGRESS.size), close=lambda: closed.append(1))
    assert session.program(request("raise SystemExit\ndef g(): pass\n")).outline_of_wanted() == ["g"]
    assert closed == []
