"""What runs many judgings at a time: engines, each a `concurrent.futures.Executor`.

To add one (a cluster, say) write a function that makes its executor and add its line to ENGINES. `start` is to be
called once in each of its workers before the first task, with `arguments`. A task is a top-level function with values.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import warnings
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any, TypeVar

from grader import launcher
from grader.errors import HarnessError
from grader.sandbox import kernel

T = TypeVar("T")

Start = Callable[..., None]
Engine = Callable[[int, Start, tuple[Any, ...]], Executor]


def processes(jobs: int, start: Start, arguments: tuple[Any, ...]) -> Executor:
    """A process for each slot, forked from this one: what was prepared here is there already, and no lock is shared."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor  # it cannot be imported everywhere

    context = multiprocessing.get_context("fork")
    executor = ProcessPoolExecutor(jobs, context, _in_process, (os.getpid(), start, arguments))
    with warnings.catch_warnings():  # from Python 3.12 on, of threads such as BLAS's, which no slot will miss
        warnings.simplefilter("ignore", DeprecationWarning)
        executor.submit(int)  # only with a first task are they forked, all of them
    return executor


def threads(jobs: int, start: Start, arguments: tuple[Any, ...]) -> Executor:
    """A thread for each slot, where processes cannot be forked; the judge's own work then has one core."""
    return ThreadPoolExecutor(jobs, "grader", start, arguments)


def serial(_jobs: int, start: Start, arguments: tuple[Any, ...]) -> Executor:
    """One after the other, in this thread: to look for a fault."""
    return Serial(start, arguments)


ENGINES: dict[str, Engine] = {"processes": processes, "threads": threads, "serial": serial}


FILES = {"processes": 2, "threads": 20}
"""What a slot costs this process in open files; pipes to a process, or all that leads to its zygotes and its worker."""
OWN_FILES = 36
"""Open files that are used besides: the database, reports, and in a process all that its slot needs."""
MOST_FILES = 1024
"""What select(2) can wait for."""


def affordable(jobs: int, engine: str) -> int:
    """How many of some slots there can be, by the open files that this process may have; its limit is raised for them.

    Raises HarnessError where there can be none.
    """
    if sys.platform == "win32":
        return jobs
    import resource

    each, (soft, hard) = FILES.get(engine, 0), resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = len(os.listdir("/dev/fd")) + OWN_FILES + each * jobs  # noqa: PTH208  # as a Path, another one
    limit = _files(soft)
    if limit < wanted and limit < _files(hard):
        limit = _files(hard)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
    least = wanted - each * (jobs - 1)
    if limit < least:
        raise HarnessError(f"this process may have {limit} open files (`ulimit -n`), and needs {least} or more")
    return min(jobs, 1 + (limit - least) // each) if each else jobs


def _files(limit: int) -> int:
    """A limit in numbers: -1 is none."""
    return MOST_FILES if limit < 0 else min(limit, MOST_FILES)


def default() -> str:
    """The fastest that this machine has."""
    return "processes" if launcher.can_fork() and sys.platform == "linux" else "threads"


class Serial(Executor):
    """Runs a task when it is submitted."""

    def __init__(self, start: Start, arguments: tuple[Any, ...]) -> None:
        start(*arguments)

    def submit(self, task: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """The future, already done."""
        future: Future[T] = Future()
        try:
            future.set_result(task(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  # as any executor, it is raised where the result is asked for
            future.set_exception(error)
        return future


def _in_process(parent: int, start: Start, arguments: tuple[Any, ...]) -> None:
    """In a forked slot: Ctrl-C is for the process that has the results; without it there is nothing to do."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with contextlib.suppress(OSError):
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    start(*arguments)
