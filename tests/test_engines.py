"""Executors that run tasks in slots: each is started once, and none outlives the process that has the results."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Executor
from pathlib import Path

import pytest
from workers import eventually, runs

from grader import engines
from grader.engines import ENGINES, affordable
from grader.errors import HarnessError

ROOT = Path(__file__).parent.parent
_here = threading.local()


def start(number: int) -> None:
    """What is made once in each worker."""
    _here.made = [*getattr(_here, "made", []), number]


def task(seconds: float) -> tuple[list[int], int, int]:
    """What was made where it runs, and where that is."""
    time.sleep(seconds)
    return _here.made, os.getpid(), threading.get_ident()


def fault() -> None:
    """A task that fails."""
    raise KeyError("a bug")


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[tuple[str, Executor]]:
    _here.made = []
    executor = ENGINES[request.param](2, start, (7,))
    yield request.param, executor
    executor.shutdown()


def test_each_worker_is_started_once_and_runs_many_tasks(engine: tuple[str, Executor]) -> None:
    name, executor = engine
    found = [future.result() for future in [executor.submit(task, 0.02) for _ in range(8)]]
    assert [made for made, _, _ in found] == [[7]] * 8
    places = {(pid, thread) for _, pid, thread in found}
    assert len(places) == (1 if name == "serial" else 2)
    assert ({pid for pid, _ in places} == {os.getpid()}) is (name != "processes")


def test_a_task_that_fails_is_raised_where_its_result_is_asked_for(engine: tuple[str, Executor]) -> None:
    _, executor = engine
    future = executor.submit(fault)
    with pytest.raises(KeyError, match="a bug"):
        future.result()
    assert executor.submit(task, 0).result()[0] == [7]
    assert list(executor.map(str, [1, 2])) == ["1", "2"]


def test_the_default_is_one_of_them() -> None:
    assert engines.default() in ENGINES


# --- processes -----------------------------------------------------------------------------------

forked = pytest.mark.skipif(sys.platform != "linux", reason="slots are forked on Linux alone")


@forked
def test_an_interrupt_is_no_business_of_a_slots() -> None:
    executor = engines.processes(1, start, (7,))
    _, pid, _ = executor.submit(task, 0).result()
    later = executor.submit(task, 0.2)
    os.kill(pid, signal.SIGINT)
    assert later.result()[1] == pid
    executor.shutdown()
    assert not runs(pid)


MAIN = """
import os, sys, time
from grader import engines
executor = engines.processes(2, print, ())
found = {future.result() for future in [executor.submit(os.getpid) for _ in range(2)]}
for _ in range(2):
    executor.submit(time.sleep, 600)
children = open(f"/proc/self/task/{os.getpid()}/children").read()
print(children, flush=True)
time.sleep(600)
"""


@forked
def test_slots_end_with_the_process_that_has_the_results_however_it_ends() -> None:
    with subprocess.Popen([sys.executable, "-c", MAIN], cwd=ROOT, stdout=subprocess.PIPE, text=True) as main:
        assert main.stdout is not None
        children = next([int(pid) for pid in line.split()] for line in main.stdout if line.strip())
        assert len(children) == 2
        assert all(map(runs, children))
        main.kill()
    assert eventually(lambda: not any(map(runs, children)))


@forked
def test_a_slot_whose_process_is_gone_before_it_begins_does_nothing() -> None:
    begin = "from grader import engines; engines._in_process(0, print, ('begun',)); print('went on')"
    done = subprocess.run([sys.executable, "-c", begin], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")


# --- open files ----------------------------------------------------------------------------------


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The limits that this process has, the present ones last; ten files are open."""
    had = [(1024, 1024)]
    monkeypatch.setattr(resource, "getrlimit", lambda _: had[-1])
    monkeypatch.setattr(resource, "setrlimit", lambda _, new: had.append(new))
    monkeypatch.setattr(os, "listdir", lambda _: ["."] * 10)
    return had


LEAST = 10 + engines.OWN_FILES


@pytest.mark.parametrize(
    ("engine", "soft", "jobs", "there"),
    [
        ("processes", 1024, 8, 8),
        ("processes", LEAST + 8, 4, 4),
        ("processes", LEAST + 7, 4, 3),
        ("processes", LEAST + 2, 32, 1),
        ("processes", -1, 1000, (1024 - LEAST) // 2),
        ("processes", 10**6, 1000, (1024 - LEAST) // 2),
        ("threads", LEAST + 50, 4, 2),
        ("serial", LEAST, 4, 4),
    ],
)
def test_there_are_as_many_slots_as_there_may_be_files_for(
    limits: list[tuple[int, int]], engine: str, soft: int, jobs: int, there: int
) -> None:
    limits.append((soft, soft))
    assert affordable(jobs, engine) == there
    assert len(limits) == 2  # it is as it was


def test_the_limit_is_raised_where_that_is_allowed(limits: list[tuple[int, int]]) -> None:
    for hard, there in ((-1, 32), (4096, 32), (LEAST + 20, 10)):
        limits.append((64, hard))
        assert affordable(32, "processes") == there
        assert limits[-1] == (1024 if hard < 0 else min(hard, 1024), hard)


def test_where_there_cannot_be_one_it_is_said_what_it_takes(limits: list[tuple[int, int]]) -> None:
    limits.append((LEAST + 1, LEAST + 1))
    with pytest.raises(HarnessError, match=f"may have {LEAST + 1} open files .* needs {LEAST + 2} or more"):
        affordable(8, "processes")
