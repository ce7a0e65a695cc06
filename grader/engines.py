"""What runs many judgings at a time: engines, each a `concurrent.futures.Executor`.

To add one (a cluster, say) write a function that makes its executor and add its line to ENGINES. `start` is to be
called once in each of its workers before the first task, with `arguments`. A task is a top-level function with values.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any, TypeVar

from grader import launcher
from grader.sandbox import kernel

T = TypeVar("T")

Start = Callable[..., None]
Engine = Callable[[int, Start, tuple[Any, ...]], Executor]


def processes(jobs: int, start: Start, arguments: tuple[Any, ...]) -> Executor:
    """A process for each slot, forked from this one: what was prepared here is there already, and no lock is shared."""
    import multiprocessing

    context = multiprocessing.get_context("fork")
    return ProcessPoolExecutor(jobs, context, _in_process, (os.getpid(), start, arguments))


def threads(jobs: int, start: Start, arguments: tuple[Any, ...]) -> Executor:
    """A thread for each slot, where processes cannot be forked; the judge's own work then has one core."""
    return ThreadPoolExecutor(jobs, "grader", start, arguments)


def serial(_jobs: int, start: Start, arguments: tuple[Any, ...]) -> Executor:
    """One after the other, in this thread: to look for a fault."""
    return Serial(start, arguments)


ENGINES: dict[str, Engine] = {"processes": processes, "threads": threads, "serial": serial}


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
