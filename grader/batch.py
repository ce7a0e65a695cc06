"""Many submissions → results, as they come, on a few workers; a fault of one costs no other its result."""

from __future__ import annotations

import itertools
import os
import queue
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

from grader import judge
from grader.errors import HarnessError
from grader.exam import Exam
from grader.intake import Entry, read_submission
from grader.judge import Graded
from grader.model import Result, Submission
from grader.runner import LocalRunner

T = TypeVar("T")


def default_jobs() -> int:
    """One worker per core that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def grade_one(submission: Submission, exam: Exam, runner: LocalRunner) -> Graded:
    """Grade, once more after a fault of the machine or the harness, and then give up on this submission only."""
    try:
        return judge.grade(submission, exam, runner)
    except HarnessError:
        runner.discard()
    try:
        return judge.grade(submission, exam, runner)
    except HarnessError as error:
        runner.discard()
        return Graded(judge.ungraded(submission, exam, f"the grader failed twice: {error}"))


def grade_all(entries: Iterable[Entry], exam: Exam, jobs: int) -> Iterator[Result]:
    """Results in the order in which they are ready.

    Time-outs of code that hardly ran are graded again, alone, at the end: the machine may have been busy.
    When the caller stops early (Ctrl-C), what is being graded is finished, nothing new is begun.
    """
    runners: queue.SimpleQueue[LocalRunner] = queue.SimpleQueue()
    owned = [LocalRunner() for _ in range(jobs)]
    for runner in owned:
        runners.put(runner)

    def task(entry: Entry) -> tuple[Entry, Graded]:
        runner = runners.get()
        try:
            return entry, _safely(entry, exam, runner)
        finally:
            runners.put(runner)

    again: list[Entry] = []
    try:
        with ThreadPoolExecutor(jobs, thread_name_prefix="grader") as pool:
            for entry, graded in _streamed(pool, task, entries, 2 * jobs):
                if graded.starved:
                    again.append(entry)
                else:
                    yield graded.result
        for entry in again:
            yield _safely(entry, exam, owned[0]).result
    finally:
        for runner in owned:
            runner.close()


def _safely(entry: Entry, exam: Exam, runner: LocalRunner) -> Graded:
    submission = read_submission(entry)
    try:
        return grade_one(submission, exam, runner)
    except Exception as error:  # noqa: BLE001  # a bug of ours met in one submission must not take the others' results along
        runner.discard()
        why = f"the grader failed ({type(error).__name__}: {error}); please report this with the submission"
        return Graded(judge.ungraded(submission, exam, why))


def _streamed(
    pool: ThreadPoolExecutor, task: object, entries: Iterable[Entry], window: int
) -> Iterator[tuple[Entry, Graded]]:
    """Submit a window of tasks at a time, so that memory does not grow with the class."""
    waiting: set[Future[tuple[Entry, Graded]]] = set()
    rest = iter(entries)
    try:
        while True:
            for entry in itertools.islice(rest, window - len(waiting)):
                waiting.add(pool.submit(task, entry))  # type: ignore[arg-type]
            if not waiting:
                return
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                yield future.result()
    finally:
        for future in waiting:
            future.cancel()
