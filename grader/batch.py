"""Many submissions → results, as they come, on a few workers; a fault of one costs no other its result."""

from __future__ import annotations

import contextlib
import itertools
import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from grader import judge
from grader.errors import HarnessError
from grader.exam import Exam
from grader.intake import Entry, read_submission
from grader.judge import Graded
from grader.model import Result, Submission
from grader.runner import LocalRunner

SECOND_LOOKS = 4
"""Times the limit of one submission: how long all second looks at time-outs may take."""


def default_jobs() -> int:
    """One worker per core that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def is_busy() -> bool:
    """Whether more wants to run than there are cores: a time-out may then be the machine's; unknown counts as busy."""
    return not hasattr(os, "getloadavg") or os.getloadavg()[0] > default_jobs()


def grade_one(submission: Submission, exam: Exam, runner: LocalRunner, searching: bool = False) -> Graded:
    """Grade, once more after a fault of the machine or the harness, and then give up on this submission only.

    `searching`: with a counterexample, as in `judge.grade`.
    """
    try:
        return judge.grade(submission, exam, runner, searching)
    except HarnessError:
        runner.discard()
    try:
        return judge.grade(submission, exam, runner, searching)
    except HarnessError as error:
        runner.discard()
        return Graded(judge.ungraded(submission, exam, f"the grader failed twice: {error}"))


def grade_all(
    entries: Iterable[Entry], exam: Exam, jobs: int, stop: threading.Event | None = None, searching: bool = False
) -> Iterator[Result]:
    """Results in the order in which they are ready; `searching`: with counterexamples, as in `judge.grade`.

    Time-outs of code that hardly ran are graded again, alone, at the end: the machine may have been busy. Those of
    many submissions that sleep on purpose may not hold up the class: the second looks have a time of their own.
    Once `stop` is set (Ctrl-C), what is being graded is finished and given, and nothing new is begun. Nobody waits for
    it when this is left before its end (Ctrl-C again): each worker ends when its thread is done, or with this process.
    """
    stop = stop or threading.Event()
    left = threading.Event()
    runners: queue.SimpleQueue[LocalRunner] = queue.SimpleQueue()
    for _ in range(jobs):
        runners.put(LocalRunner(expected=exam.isolation))

    def task(entry: Entry) -> tuple[Entry, Graded]:
        runner = runners.get()
        try:
            return entry, _safely(entry, exam, runner, searching)
        finally:
            runners.put(runner)
            if left.is_set():
                _close_idle(runners)

    again: list[tuple[Entry, Graded]] = []
    pool = ThreadPoolExecutor(jobs, thread_name_prefix="grader")
    try:
        for entry, graded in _streamed(pool, task, entries, 2 * jobs, stop):
            if graded.starved:
                again.append((entry, graded))
            else:
                yield graded.result
        pool.shutdown()
        until = time.monotonic() + SECOND_LOOKS * exam.limits.submission
        for entry, graded in again:
            in_vain = stop.is_set() or time.monotonic() > until
            yield graded.result if in_vain else task(entry)[1].result
    finally:
        left.set()
        pool.shutdown(wait=False, cancel_futures=True)
        _close_idle(runners)


def _close_idle(runners: queue.SimpleQueue[LocalRunner]) -> None:
    with contextlib.suppress(queue.Empty):
        while True:
            runners.get_nowait().close()


def _safely(entry: Entry, exam: Exam, runner: LocalRunner, searching: bool) -> Graded:
    try:
        return grade_one(read_submission(entry), exam, runner, searching)
    except Exception as error:  # noqa: BLE001  # a bug of ours in one submission must not cost the others their results
        runner.discard()
        why = f"the grader failed ({type(error).__name__}: {error}); please report this with the submission"
        submission = Submission(entry.id, entry.student, entry.id, (), "", unreadable=why)
        return Graded(judge.ungraded(submission, exam, why))


def _streamed(
    pool: ThreadPoolExecutor,
    task: Callable[[Entry], tuple[Entry, Graded]],
    entries: Iterable[Entry],
    window: int,
    stop: threading.Event,
) -> Iterator[tuple[Entry, Graded]]:
    """Submit a window of tasks at a time, so that memory does not grow with the class."""
    waiting: set[Future[tuple[Entry, Graded]]] = set()
    rest = iter(entries)
    try:
        while True:
            if stop.is_set():
                waiting = {future for future in waiting if not future.cancel()}
                rest = iter(())
            waiting.update(pool.submit(task, entry) for entry in itertools.islice(rest, window - len(waiting)))
            if not waiting:
                return
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
    finally:
        for future in waiting:
            future.cancel()


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
