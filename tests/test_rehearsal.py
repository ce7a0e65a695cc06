"""The reference is run again in real workers: the same, with other BLAS threads, and timed."""

from __future__ import annotations

import itertools
import os
from pathlib import Path

import pytest
from fakes import FakeRunner

from grader import rehearsal
from grader.assignments import load_assignment
from grader.errors import HarnessError
from grader.exam import Exam, prepare
from grader.kill_matrix import Steady, Took
from grader.lineup import Lineup
from grader.runner import LocalRunner


@pytest.fixture(scope="module")
def exam() -> Exam:
    with LocalRunner() as runner:
        return prepare(load_assignment("masked_self_attention", None), None, "all", runner)


def lineup(exam: Exam) -> Lineup:
    assert exam.lineup is not None
    return exam.lineup


def test_the_time_is_that_of_a_right_submission(exam: Exam) -> None:
    ticks = itertools.count(10.0, 2.5)
    with LocalRunner() as runner:
        took = rehearsal.took(exam, lineup(exam), (), runner, lambda: next(ticks))
    assert took == Took(2.5, cases=10, runs=14)


def test_the_same_with_more_threads_where_there_can_be_more(exam: Exam) -> None:
    with LocalRunner() as runner, rehearsal.with_threads() as threaded:
        found = rehearsal.steady(exam, lineup(exam), (), runner, threaded)
        counted = rehearsal.blas_threads(threaded)
    assert (found.again, found.threaded) == (True, True)
    assert found.threads == (counted if counted >= rehearsal.THREADS else 0)
    if Path("/proc/self/task").exists() and (os.cpu_count() or 1) > 1:
        assert counted == rehearsal.THREADS


def test_with_one_thread_it_is_not_pretended(exam: Exam) -> None:
    with LocalRunner() as runner, LocalRunner(rehearsal.FORBID_THREADS) as single:
        assert rehearsal.blas_threads(single) <= 1
        assert rehearsal.steady(exam, lineup(exam), (), runner, single) == Steady(True, 0, True)
        assert rehearsal.steady(exam, lineup(exam), (), runner, None) == Steady(True, 0, True)


def test_where_no_such_worker_can_be_had() -> None:
    assert rehearsal.blas_threads(FakeRunner({}, failures=[HarnessError("none")])) == 0
