"""One slot: whatever a submission or a bug does, there is a result, and a record that is worth keeping."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from fakes import exam

from grader import judge, recording, records, slot
from grader.exam import Exam
from grader.handin import Override
from grader.insight import Counterexample, Location
from grader.judge import Graded
from grader.locations import BEGIN
from grader.model import Result, Returned, SourceFile, Stopped, Submission, Value, Verdict
from grader.recording import Batch, Loading, Record
from grader.runner import Limits, LocalRunner
from grader.slot import Done, Job, Slot, Work

SPEC = """
assignment: doubling
title: Doubling
reference: reference/doubling.py
functions: {double: {parameters: [x]}}
groups:
  - {id: all, points: 10, steps: ["y = double(x)"], given: {x: {normal: [3]}}, expect: reference}
"""
DOUBLING = exam(SPEC, {"double": lambda x: 2 * x})
RIGHT = "def double(x):\n    return 2 * x\n"
WRONG = "def double(x):\n    return 3 * x\n"


def handed_in(source: str) -> Submission:
    """A submission of one file."""
    data = source.encode()
    return Submission("s", "s", "s.py", (SourceFile("s.py", data),), hashlib.sha256(data).hexdigest())


@pytest.fixture(scope="module")
def runner() -> Iterator[LocalRunner]:
    with LocalRunner() as made:
        yield made


@pytest.fixture
def make(runner: LocalRunner, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes slots of a job that share one runner."""
    monkeypatch.setattr(slot, "LocalRunner", lambda expected: runner)
    return lambda **job: Slot(Job(DOUBLING, "f", **job))


def test_a_damaged_result_is_not_judged_again_and_a_bug_takes_no_score(
    make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make().grade(Work(handed_in(RIGHT)))
    work = Work(replace(handed_in(RIGHT), files=()), first.kept.record, judged=b"damaged")
    done = make(may_run=False).grade(work)
    assert (done.damaged.startswith("a record cannot be read"), done.unrecorded) == (True, False)

    def bug(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(judge, "grade", bug)
    done = make(may_run=False).grade(replace(work, judged=first.kept.result))
    assert (done.damaged, done.unrecorded) == ("", True)


def result_of(done: Done) -> Result:
    """The judged result that is kept."""
    return records.unpack(Result, done.kept.result)


def record_of(done: Done) -> Record:
    """The record that is kept."""
    return records.unpack(Record, done.kept.record)


def test_a_submission_is_graded_and_what_it_answered_is_kept(make: Any) -> None:
    done = make().grade(Work(handed_in(RIGHT), overrides=(Override(4.0, "by hand"),)))
    row = done.kept.stored
    assert (row.status, row.raw_score, row.score, row.fingerprint, done.kind) == ("graded", 10.0, 4.0, "f", "partial")
    assert (result_of(done).score, done.starved, done.unrecorded) == (10.0, False, False)
    record = record_of(done)
    assert (record.submission, len(record.loadings)) == (replace(handed_in(RIGHT), files=()), 1)


def test_it_is_judged_again_by_its_record_alone(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    first = make().grade(Work(handed_in(WRONG)))

    def no(*_: object) -> None:
        raise AssertionError("nothing may be run")

    monkeypatch.setattr(LocalRunner, "open", no)
    nameless = replace(handed_in(WRONG), files=())
    for may_run in (True, False):
        again = make(may_run=may_run).grade(Work(nameless, first.kept.record))
        assert again.kept.record == first.kept.record
        assert replace(result_of(again), seconds=0.0, locations={}) == replace(
            result_of(first), seconds=0.0, locations={}
        )


@pytest.mark.parametrize("how", ["damaged", "of another file", "of another version"])
def test_a_record_that_is_no_help_is_not_used(make: Any, how: str) -> None:
    done = make().grade(Work(handed_in(WRONG)))
    wrong, nameless = record_of(done), replace(handed_in(RIGHT), files=())
    packed = {
        "damaged": done.kept.record[:-3],
        "of another file": done.kept.record,
        "of another version": records.pack(replace(wrong, environment="older", submission=nameless)),
    }[how]
    again = make().grade(Work(handed_in(RIGHT), packed))
    assert (result_of(again).score, result_of(again).status) == (10.0, "graded")
    assert record_of(again).environment == wrong.environment


def test_where_nothing_may_run_what_would_have_to_is_given_up(make: Any) -> None:
    empty = records.pack(recording.blank(handed_in(RIGHT), DOUBLING.isolation))
    for record in (empty, b"damaged"):
        done = make(may_run=False).grade(Work(handed_in(RIGHT), record))
        assert (done.unrecorded, done.kind, result_of(done).notes) == (True, "ungraded", ("it has to be run",))


def test_a_bug_costs_one_submission_its_result_and_says_what_to_do(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def grade(*_: object) -> Graded:
        raise KeyError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr(judge, "grade", grade)
        done = make().grade(Work(handed_in(RIGHT)))
    assert (done.kind, done.kept.stored.status, done.unrecorded) == ("ungraded", "ungraded", False)
    assert result_of(done).notes == ("the grader failed (KeyError: 'a bug'); please report this with the submission",)
    assert record_of(done).submission.unreadable
    assert make().grade(Work(handed_in(RIGHT))).kind == "full"


def test_a_time_out_of_code_that_hardly_ran_is_passed_on(make: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    original = judge.grade

    def grade(submission: Submission, exam: Exam, runner: Any, searching: bool) -> Graded:
        return replace(original(submission, exam, runner, searching), starved=True)

    monkeypatch.setattr(judge, "grade", grade)
    assert make().grade(Work(handed_in(RIGHT))).starved


# --- how large a record may be -------------------------------------------------------------------


def record_with(values: Any, output: str = "", stops: int = 0) -> Record:
    """A record of one answer."""
    ended = tuple(Stopped("crashed", "x" * 200) for _ in range(stops))
    batch = Batch({"k": Returned({"y": Value("array", "ndarray", values)})}, output, ended, Limits())
    loading = Loading(None, Stopped("crashed", ""), "", (), Limits(), (batch,))
    return replace(recording.blank(handed_in(RIGHT), DOUBLING.isolation), loadings={"l": loading})


def test_a_record_that_is_too_large_is_kept_without_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(7).bytes(3000)
    small = record_with(np.frombuffer(noise, np.uint8))
    monkeypatch.setattr(slot, "LARGEST_RECORD", len(slot.packed(small)))
    monkeypatch.setattr(slot, "LARGEST_ANSWERS", 100_000)
    assert records.unpack(Record, slot.packed(small)).loadings
    assert records.unpack(Record, slot.packed(record_with(np.zeros(10_000)))).loadings  # which packs well
    more = np.frombuffer(noise + b"1234", np.uint8)
    for large in (record_with(more), record_with(np.zeros(12_501)), record_with(more[:3000], "other", 9)):
        assert records.unpack(Record, slot.packed(large)) == replace(large, loadings={})


def test_what_a_submission_returns_cannot_fill_the_disk(make: Any) -> None:
    large = "import numpy as np\ndef double(x):\n    return np.random.random(700_000)\n"
    done = make().grade(Work(handed_in(large)))
    assert result_of(done).status == "graded"
    assert len(done.kept.record) + len(done.kept.result) < 10_000
    assert make(may_run=False).grade(Work(handed_in(large), done.kept.record)).unrecorded


# --- what only its files could tell --------------------------------------------------------------


def test_what_cannot_be_told_without_its_files_is_kept_of_the_result_before(make: Any) -> None:
    first = make().grade(Work(handed_in(WRONG)))
    place = Location("s.py", 2)
    example = Counterexample(("y = double(x)",), {"x": np.ones(1)}, {}, {}, "m", "r")
    before = replace(
        result_of(first), locations={"all.1": place, BEGIN: place, "gone": place}, counterexample=example, seconds=3.0
    )
    assert [case.id for case in before.cases] == ["all.1"]
    work = Work(replace(handed_in(WRONG), files=()), first.kept.record, (), records.pack(before))
    again = result_of(make(may_run=False).grade(work))
    assert (again.locations, again.seconds) == ({"all.1": place, BEGIN: place}, 3.0)
    assert again.counterexample is not None


def test_of_what_is_right_by_now_no_place_and_no_example_is_kept() -> None:
    right = judge.ungraded(handed_in(RIGHT), DOUBLING, "")
    cases = tuple(replace(case, verdict=Verdict.PASSED) for case in right.cases)
    example = Counterexample((), {}, {}, {}, "", "")
    old = replace(right, locations={BEGIN: Location("s.py", 1)}, counterexample=example, graded_file="s.py")
    kept = slot._with_old(replace(right, cases=cases, raw_score=10.0), old)
    assert (kept.locations, kept.counterexample, kept.graded_file) == ({}, None, "s.py")


@pytest.mark.parametrize(
    ("status", "score", "kind"),
    [("ungraded", 10.0, "ungraded"), ("graded", 10.0, "full"), ("graded", 0.5, "partial"), ("graded", 0.0, "none")],
)
def test_how_a_result_is_counted(status: Any, score: float, kind: str) -> None:
    result = replace(judge.ungraded(handed_in(RIGHT), DOUBLING, ""), status=status, score=score)
    assert slot.kind(result) == kind
