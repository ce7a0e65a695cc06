"""Many submissions → results, as they come, on a few slots; a fault of one costs no other its result."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import replace
from typing import TypeVar

from grader import engines
from grader.reports.parts import Map
from grader.slot import Done, Job, Slot, Work, given_up

A = TypeVar("A")
B = TypeVar("B")

SECOND_LOOKS = 4
"""Times the limit of one submission: how long all second looks at time-outs may take."""
MANY = 200
"""Results from which on reports are made in several processes."""
TRIES = 2
"""How often a submission may end the process that judges it."""


def default_jobs() -> int:
    """One slot per core that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def is_busy() -> bool:
    """Whether more wants to run than there are cores: a time-out may then be the machine's; unknown counts as busy."""
    return not hasattr(os, "getloadavg") or os.getloadavg()[0] > default_jobs()


_here = threading.local()  # an executor's task finds its slot only through what is global in its worker


def _start(job: Job, opened: list[Slot]) -> None:
    _here.slot = Slot(job)
    opened.append(_here.slot)


def _nothing() -> None:
    """All that there is to do before a report is made."""


def _task(work: Work) -> Done:
    slot: Slot = _here.slot
    return slot.grade(work)


class Batch:
    """Grades works in the order in which they are ready. Use as a context manager; the slots start when it is made.

    Raises HarnessError where not even one can be had.
    """

    def __init__(self, job: Job, jobs: int, stop: threading.Event | None = None) -> None:
        self.job = job
        self.jobs = engines.affordable(jobs, job.engine)
        """Fewer than were asked for where this process may not have enough open files."""
        self.stop = stop or threading.Event()
        self._opened: list[Slot] = []
        self._executor = self._started(self.jobs)

    def __enter__(self) -> Batch:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the slots. Nobody waits for what is in flight: its workers end when it is done, or with this process."""
        self._executor.shutdown(wait=False, cancel_futures=True)
        for slot in self._opened:
            slot.runner.close()

    def map(self, function: Callable[[A], B], items: Iterable[A], /) -> Iterator[B]:
        """A top-level function's value for each item, in order, made where the slots are."""
        return self._executor.map(function, items)

    def grade(self, works: Iterable[Work]) -> Iterator[Done]:
        """Each as it is done.

        Time-outs of code that hardly ran are graded again, alone, at the end: the machine may have been busy. Those of
        many submissions that sleep on purpose may not hold up the class: the second looks have a time of their own.
        Once `stop` is set (Ctrl-C), what is being graded is finished and given, and nothing new is begun; who was to
        get a second look is not done, and left to the next run.
        """
        again: list[tuple[Work, Done]] = []
        for work, one in self._streamed(works):
            if one.starved:
                again.append((work, one))
            else:
                yield one
        until = time.monotonic() + SECOND_LOOKS * self.job.exam.limits.submission
        for work, first in again:
            if self.stop.is_set():
                return
            yield first if time.monotonic() > until else self._alone(replace(work, record=None))

    def _started(self, jobs: int) -> Executor:
        return engines.ENGINES[self.job.engine](jobs, _start, (self.job, self._opened))

    def _streamed(self, works: Iterable[Work]) -> Iterator[tuple[Work, Done]]:
        """A window of them at a time, so that memory does not grow with the class."""
        waiting: dict[Future[Done], Work] = {}
        rest = iter(works)
        while True:
            if self.stop.is_set():
                waiting = {future: work for future, work in waiting.items() if not future.cancel()}
                rest = iter(())
            lost = self._fill(waiting, rest)
            if not waiting and not lost:
                return
            finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in finished:
                work = waiting.pop(future)
                try:
                    yield work, future.result()
                except BrokenExecutor:
                    lost.append(work)
            if lost:  # one of these killed the process that judged it, and took the others along
                lost += waiting.values()
                waiting.clear()
                self._renew()
                for work in lost:
                    yield work, self._alone(work)

    def _fill(self, waiting: dict[Future[Done], Work], rest: Iterator[Work]) -> list[Work]:
        """Hand out works up to the window; those that no slot takes any more."""
        for work in itertools.islice(rest, max(0, 2 * self.jobs - len(waiting))):
            try:
                waiting[self._executor.submit(_task, work)] = work
            except BrokenExecutor:
                return [work]
        return []

    def _renew(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._executor = self._started(self.jobs)

    def _alone(self, work: Work) -> Done:
        """With nothing beside it."""
        for _ in range(TRIES):
            with contextlib.suppress(BrokenExecutor):
                return self._executor.submit(_task, work).result()
            self._renew()
        return given_up(work, self.job, "it ended the process that graded it, twice; grade it again, by itself")


@contextlib.contextmanager
def interruptible(stop: threading.Event, tell: Callable[[str], None]) -> Iterator[None]:
    """The first Ctrl-C (or SIGTERM) sets `stop`, a second one interrupts at once, more do nothing until the end."""

    def handle(_signum: int, _frame: object) -> None:
        if stop.is_set():
            for signum in before:  # whoever presses it five times still wants what is finished
                signal.signal(signum, signal.SIG_IGN)
            raise KeyboardInterrupt
        stop.set()
        tell("interrupted: finishing what is being graded; press Ctrl-C again to stop at once")

    before = {signum: signal.signal(signum, handle) for signum in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)


@contextlib.contextmanager
def hands(count: int) -> Iterator[Map]:
    """`map` in several processes where that is worth their start, for `count` results."""
    if count < MANY or engines.default() != "processes":
        yield map
        return
    executor = engines.processes(default_jobs(), _nothing, ())
    try:
        yield executor.map
    finally:
        executor.shutdown(wait=False, cancel_futures=True)
