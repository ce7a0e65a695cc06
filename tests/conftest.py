"""What all tests share."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from grader import launcher

# Fakes stand beside the tests; in importlib mode pytest does not put this folder on the path.
sys.path.insert(0, str(Path(__file__).parent))

# In the background of a shell it is ignored, also by all that is started; tests that interrupt would wait for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

WORKERS_OWN = frozenset(
    f"test_{name}"
    for name in (
        *("calls", "child", "keeper", "launcher", "loader", "process", "session", "spawned"),
        *("spawner", "surroundings", "units", "worker", "worker_closing", "zygote", "zygote_protocol"),
    )
)
"""Tests of the worker's side. In others, workers are measured for coverage to no end, and start half as fast."""


@pytest.fixture(scope="module", autouse=True)
def _workers_are_measured(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let coverage into the zygotes that tests start in this process: their environment is clean otherwise."""
    clean = launcher.clean_environment
    with pytest.MonkeyPatch.context() as patch:
        if request.path.stem in WORKERS_OWN or request.path.parent.name == "sandbox":
            patch.setattr(launcher, "clean_environment", lambda *threads: clean(*threads) | _coverage())
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Tests that are marked `unmeasured`, all that they start included, run without coverage."""
    if item.get_closest_marker("unmeasured") is None:
        return (yield)
    with _unmeasured():
        return (yield)


@contextlib.contextmanager
def _unmeasured() -> Iterator[None]:
    hidden, trace = _coverage(), sys.gettrace()
    for name in hidden:
        del os.environ[name]
    sys.settrace(None)  # `Coverage.stop` would do, but each `start` puts another layer around `os._exit`
    try:
        yield
    finally:
        sys.settrace(trace)
        os.environ.update(hidden)


def _coverage() -> dict[str, str]:
    """The variables that have new processes measured."""
    return {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
