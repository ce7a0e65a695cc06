"""Many submissions: faults cost nobody else's result, slow ones stall nobody, what is done is kept."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeRunner, exam, session, submission
from graded import grade_all

from grader import batch, judge, slot
from grader.errors import HarnessError
from grader.exam import Exam
from grader.intake import Entry
from grader.judge import Graded
from grader.model import Submission
from grader.runner import LocalRunner

SPEC = """
assignment: doubling
title: Doubling
reference: reference/doubling.py
functions: {double: {parameters: [x]}}
groups:
  - {id: all, points: 10, steps: ["y = double(x)"], given: {x: {normal: [3]}}, expect: reference}
"""
RIGHT = {"double": lambda x: 2 * x}
DOUBLING = exam(SPEC, RIGHT)
SOURCE = b"def double(x):\n    return 2 * x\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(6):
        (tmp_path / f"s{number}.py").write_bytes(SOURCE)
    return tmp_path


def entries(folder: Path) -> list[Entry]:
    return [Entry(path.name, path.stem, path) for path in sorted(folder.iterdir())]


def test_a_fault_of_the_harness_is_retried_once() -> None:
    runner: Any = FakeRunner({None: session(RIGHT)}, [HarnessError("lost")])
    assert slot.grade_one(submission(), DOUBLING, runner).result.score == 10.0


def test_a_second_fault_leaves_the_submission_ungraded_and_says_why() -> None:
    runner: Any = FakeRunner({}, [HarnessError("lost"), HarnessError("lost again")])
    result = slot.grade_one(submission(), DOUBLING, runner).result
    assert (result.status, result.notes) == ("ungraded", ("the grader failed twice: lost again",))


@pytest.mark.parametrize("jobs", [1, 3])
def test_all_are_graded_on_real_workers(folder: Path, jobs: int) -> None:
    results = list(grade_all(entries(folder), DOUBLING, jobs))
    assert sorted(result.submission.id for result in results) == [f"s{n}.py" for n in range(6)]
    assert {result.score for result in results} == {10.0}


def test_a_bug_met_in_one_submission_leaves_the_others_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def grade(handed_in: Submission, exam: Exam, runner: Any, searching: bool) -> Graded:
        if handed_in.id == "s2.py":
            raise KeyError("a bug")
        return original(handed_in, exam, runner, searching)

    original = judge.grade
    monkeypatch.setattr(judge, "grade", grade)
    results = {result.submission.id: result for result in grade_all(entries(folder), DOUBLING, engine="threads")}
    assert results["s2.py"].status == "ungraded"
    assert "KeyError" in results["s2.py"].notes[0]
    assert [r.score for name, r in sorted(results.items()) if name != "s2.py"] == [10.0] * 5


def test_the_slow_are_no_obstacle_to_the_others(folder: Path) -> None:
    (folder / "s0.py").write_bytes(b"import time\ndef double(x):\n    time.sleep(1)\n    return 2 * x\n")
    order = [result.submission.id for result in grade_all(entries(folder), DOUBLING)]
    assert order[-1] == "s0.py"


def test_a_timeout_without_cpu_is_graded_again_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, int]] = []
    under_way: list[str] = []

    def grade(handed_in: Submission, exam: Exam, runner: Any, searching: bool) -> Graded:
        under_way.append(handed_in.id)
        seen.append((handed_in.id, len(under_way)))
        first = [name for name, _ in seen].count(handed_in.id) == 1
        result = original(handed_in, exam, runner, searching).result
        under_way.remove(handed_in.id)
        return Graded(result, starved=first and handed_in.id == "s1.py")

    original = judge.grade
    monkeypatch.setattr(judge, "grade", grade)
    results = list(grade_all(entries(folder), DOUBLING, engine="threads"))
    assert len(results) == 6
    assert [name for name, _ in seen].count("s1.py") == 2
    assert seen[-1] == ("s1.py", 1)


def test_second_looks_may_not_hold_up_the_class(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def grade(handed_in: Submission, exam: Exam, runner: Any, searching: bool) -> Graded:
        seen.append(handed_in.id)
        return Graded(original(handed_in, exam, runner, searching).result, starved=True)

    original = judge.grade
    monkeypatch.setattr(judge, "grade", grade)
    monkeypatch.setattr(batch, "SECOND_LOOKS", 0)
    assert len(list(grade_all(entries(folder), DOUBLING, engine="threads"))) == 6
    assert sorted(seen) == sorted(set(seen))  # nobody twice: the time for that was used up


def test_who_was_to_get_a_second_look_is_not_done_when_all_is_stopped(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A time-out of a busy machine would be kept for good."""

    def grade(handed_in: Submission, exam: Exam, runner: Any, searching: bool) -> Graded:
        return Graded(original(handed_in, exam, runner, searching).result, starved=handed_in.id == "s0.py")

    original, stop, given = judge.grade, threading.Event(), []
    monkeypatch.setattr(judge, "grade", grade)
    for result in grade_all(entries(folder), DOUBLING, 1, stop, engine="threads"):
        given.append(result.submission.id)
        stop.set()
    assert given
    assert "s0.py" not in given


@pytest.mark.parametrize(("load", "busy"), [(0.5, False), (2.5, True)])
def test_a_machine_is_busy_when_more_wants_to_run_than_it_has_cores(
    monkeypatch: pytest.MonkeyPatch, load: float, busy: bool
) -> None:
    monkeypatch.setattr(batch, "default_jobs", lambda: 2)
    monkeypatch.setattr("os.getloadavg", lambda: (load, 0.0, 0.0), raising=False)
    assert batch.is_busy() is busy


def test_once_stopped_what_is_under_way_is_finished_and_given_and_nothing_new_is_begun(folder: Path) -> None:
    for number in range(6, 60):
        (folder / f"s{number}.py").write_bytes(SOURCE)
    stop = threading.Event()
    given = []
    for result in grade_all(entries(folder), DOUBLING, 2, stop):
        given.append(result.submission.id)
        stop.set()
    assert 1 <= len(given) <= 6


def test_the_first_interrupt_stops_the_second_interrupts_and_more_do_nothing() -> None:
    stop = threading.Event()
    told: list[str] = []
    before = signal.getsignal(signal.SIGINT)
    with batch.interruptible(stop, told.append):
        signal.raise_signal(signal.SIGINT)
        assert stop.is_set()
        assert "again" in told[0]
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)
    assert len(told) == 1
    assert signal.getsignal(signal.SIGINT) is before


def test_whoever_leaves_early_waits_for_nothing_and_every_slot_is_ended(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, begun = threading.Event(), threading.Semaphore(0)
    closed: list[LocalRunner] = []

    class Runner(LocalRunner):
        def close(self) -> None:
            closed.append(self)
            super().close()

    def grade(handed_in: Submission, exam: Exam, runner: Any, searching: bool) -> Graded:
        if handed_in.id in ("s1.py", "s2.py"):
            begun.release()
            assert go_on.wait(60)
        return Graded(judge.ungraded(handed_in, exam, "never mind"))

    monkeypatch.setattr(judge, "grade", grade)
    monkeypatch.setattr(slot, "LocalRunner", Runner)
    results = grade_all(entries(folder), DOUBLING, 3, engine="threads")
    next(results)
    assert begun.acquire(timeout=60)
    assert begun.acquire(timeout=60)
    results.close()  # type: ignore[attr-defined]  # a generator, as which it is not declared
    assert not go_on.is_set()
    assert len(set(closed)) == 3
    go_on.set()


def test_memory_does_not_grow_with_the_class_because_entries_are_taken_as_needed(folder: Path) -> None:
    taken = 0

    def counted() -> Iterator[Entry]:
        nonlocal taken
        for number in range(1000):
            taken += 1
            yield Entry(f"{number}.py", str(number), folder / "s0.py")

    results = grade_all(counted(), DOUBLING, 1)
    for _ in range(3):
        next(results)
    assert taken < 20
    results.close()  # type: ignore[attr-defined]


def test_who_kills_the_process_that_judges_it_costs_nobody_else_a_result(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def grade(handed_in: Submission, exam: Exam, runner: Any, searching: bool) -> Graded:
        if handed_in.id == "s2.py":
            os.kill(os.getpid(), signal.SIGKILL)
        return original(handed_in, exam, runner, searching)

    original = judge.grade
    monkeypatch.setattr(judge, "grade", grade)  # forked slots have it too
    results = {result.submission.id: result for result in grade_all(entries(folder), DOUBLING, engine="processes")}
    assert results["s2.py"].status == "ungraded"
    assert "ended the process that graded it" in results["s2.py"].notes[0]
    assert [r.score for name, r in sorted(results.items()) if name != "s2.py"] == [10.0] * 5
