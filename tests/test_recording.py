"""What was run once is not run again: a record answers for the workers, and the judge sees no difference."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest
from fakes import FakeRunner, FakeSession, exam, session, submission

from grader import judge, recording, records
from grader.exam import Exam
from grader.model import (
    Candidate,
    Isolation,
    Loaded,
    Name,
    Note,
    Outcome,
    Raised,
    Result,
    Returned,
    Run,
    SourceFile,
    Step,
    Stopped,
    Submission,
)
from grader.recording import Record, RecordingRunner
from grader.runner import Limits, LocalRunner, NotRecorded, Wanted

SPEC = """
assignment: doubling
title: Doubling
points: 12
reference: reference/doubling.py
functions: {double: {parameters: [x]}, half: {parameters: [x]}}
groups:
  - {id: all, points: 10, steps: ["y = double(x)"], given: {x: {normal: [3]}}, expect: reference}
  - {id: some, points: 2, steps: ["y = half(x)"], given: {x: {normal: [2, 2]}}, expect: reference}
"""
MORE = """  - {id: more, points: 1, steps: ["y = double(x)"], given: {x: {normal: [5]}}, expect: reference}
"""
LONGER = SPEC.replace("points: 12", "points: 13") + MORE
RIGHT: dict[str, Callable[..., Any]] = {"double": lambda x: 2 * x, "half": lambda x: x / 2}
EXAM = exam(SPEC, RIGHT)
HERE = Isolation("process", ("limits",))
WANTED = Wanted({"double": ("double",)})
LIMITS = Limits()


@dataclass
class Counting(FakeRunner):
    """A runner whose sessions are made anew each time, and which counts what is run."""

    make: Callable[[], FakeSession] = lambda: session(RIGHT)
    made: list[FakeSession] = field(default_factory=list)

    def open(self, submission: Submission, wanted: Wanted, limits: Limits, candidate: Candidate | None) -> FakeSession:
        """A new session."""
        self.made.append(self.make())
        return self.made[-1]

    @property
    def runs(self) -> int:
        """How many runs reached a session."""
        return sum(each.calls for each in self.made)


def counting(make: Callable[[], FakeSession] | None = None) -> Counting:
    """A runner of one kind of session."""
    return Counting({}, make=make or (lambda: session(RIGHT)))


def blank(handed_in: Submission | None = None) -> Record:
    """A record of which nothing is known."""
    return recording.blank(handed_in or submission(), HERE)


def stored(record: Record) -> Record:
    """It as it comes from the store."""
    return records.unpack(Record, records.pack(record))


def judged(examined: Exam, record: Record, runner: Any, may_run: bool = True) -> tuple[Result, Record, bool]:
    """A result without its time, the record after it, and whether anything ran."""
    recorder = RecordingRunner(runner, record, may_run)
    result = judge.grade(submission(), examined, recorder).result
    return replace(result, seconds=0.0), stored(recorder.record()), recorder.ran


def run(text: str = "y = double(x)", **inputs: Any) -> Run:
    """A call of `double`."""
    return Run((Step("double", (Name("x"),), ("y",), text),), inputs or {"x": np.arange(3.0)}, ("y",))


def opened(runner: Any, record: Record, limits: Limits = LIMITS, may_run: bool = True) -> tuple[Any, RecordingRunner]:
    """A session and its recorder."""
    recorder = RecordingRunner(runner, record, may_run)
    return recorder.open(submission(), WANTED, limits, None), recorder


# --- a submission that was judged ----------------------------------------------------------------


@pytest.mark.parametrize(
    "functions",
    [
        RIGHT,
        {"double": lambda x: 3 * x, "half": lambda x: x / 2},
        {"double": Raised("y = double(x)", "ValueError", "no"), "half": Stopped("crashed", "SIGSEGV")},
        {"double": lambda x: [1, 2]},
    ],
    ids=["right", "wrong", "fails", "lacks a function"],
)
def test_it_is_judged_again_without_running_anything(functions: dict[str, Any]) -> None:
    note = Note("statement_raised", {"file": "f", "line": "1", "exception": "E", "message": ""})
    first = counting(lambda: replace(session(functions, (note,)), output="hello"))
    result, record, ran = judged(EXAM, blank(), first)
    nobody = counting()
    again, same, ran_again = judged(EXAM, record, nobody, may_run=False)
    assert (again, ran, ran_again, nobody.made) == (result, True, False, [])
    assert records.pack(same) == records.pack(record)


def test_with_one_case_more_that_case_alone_is_run() -> None:
    _, record, _ = judged(EXAM, blank(), counting())
    later = counting()
    result, record, ran = judged(exam(LONGER, RIGHT), record, later)
    assert (later.runs, ran, result.score) == (1, True, 13.0)
    with_fewer, _, ran = judged(EXAM, record, counting(), may_run=False)
    assert (with_fewer.score, ran) == (12.0, False)


FEWER = SPEC.replace("points: 12", "points: 7").replace("points: 10", "points: 5")
COARSE = SPEC.replace("expect: reference}", "expect: reference, tolerance: {atol: 0.5}}")


@pytest.mark.parametrize(("spec", "score"), [(FEWER, 5.0), (COARSE, 12.0)], ids=["points", "tolerance"])
def test_other_points_or_another_tolerance_run_nothing(spec: str, score: float) -> None:
    nearly = {"double": lambda x: 2 * x, "half": lambda x: x / 2 + 0.1}
    result, record, _ = judged(EXAM, blank(), counting(lambda: session(nearly)))
    assert result.score == 10.0
    result, _, ran = judged(exam(spec, RIGHT), record, counting(), may_run=False)
    assert (result.score, ran) == (score, False)


def test_what_would_have_to_run_is_not_run_where_that_is_not_allowed() -> None:
    _, record, _ = judged(EXAM, blank(), counting())
    for known, examined in ((blank(), EXAM), (record, exam(LONGER, RIGHT))):
        runner = counting()
        with pytest.raises(NotRecorded):
            judged(examined, known, runner, may_run=False)
        assert runner.made == []


# --- limits --------------------------------------------------------------------------------------

WIDER = replace(LIMITS, case=2 * LIMITS.case, memory=2 * LIMITS.memory)


def met(outcome: Outcome | Callable[..., Any], limits: Sequence[Limits]) -> list[int]:
    """How many runs reach a session under one limit after the other, each with the record of the one before."""
    record, counts = blank(), []
    for limit in limits:
        runner = counting(lambda: session({"double": outcome}))
        found, recorder = opened(runner, record, limit)
        found.run([run()])
        counts.append(runner.runs)
        record = stored(recorder.record())
    assert sum(len(batch.outcomes) for each in record.loadings.values() for batch in each.batches) == 1
    return counts


@pytest.mark.parametrize(
    "outcome",
    [
        Stopped("timeout", ""),
        Stopped("memory", ""),
        Stopped("crashed", "SIGSEGV"),
        Raised("y = double(x)", "MemoryError", "no room"),
    ],
    ids=["timeout", "memory", "crash", "MemoryError"],
)
def test_what_a_limit_may_have_ended_is_run_again_under_another(outcome: Outcome) -> None:
    assert met(outcome, [LIMITS, LIMITS, WIDER, WIDER, LIMITS, LIMITS]) == [1, 0, 1, 0, 1, 0]


def test_a_run_that_was_not_begun_for_lack_of_time_is_no_stop_and_yet_run_again() -> None:
    @dataclass
    class OutOfTime(FakeSession):
        def run(self, runs: Sequence[Run]) -> list[Outcome]:
            self.calls += len(runs)
            return [Stopped("timeout", "submission") for _ in runs]

    loaded = session({"double": RIGHT["double"]}).loaded
    found, recorder = opened(counting(lambda: OutOfTime({}, loaded)), blank())
    assert found.run([run()]) == [Stopped("timeout", "submission")]
    assert found.stops == []
    runner = counting()
    found, _ = opened(runner, stored(recorder.record()), replace(LIMITS, submission=600.0))
    assert isinstance(found.run([run()])[0], Returned)
    assert runner.runs == 1


def test_what_no_limit_ended_is_true_under_wider_ones_and_run_again_under_narrower() -> None:
    assert met(RIGHT["double"], [LIMITS, WIDER, LIMITS, replace(LIMITS, case=1.0), LIMITS]) == [1, 0, 0, 1, 0]


@pytest.mark.parametrize("how", ["stopped", "a statement stopped", "MemoryError"])
def test_a_loading_that_met_a_limit_is_done_again_under_another(how: str) -> None:
    def make() -> FakeSession:
        note = Note("statement_raised", {"file": "f", "line": "1", "exception": "MemoryError"})
        made = session(RIGHT, (note,) if how == "MemoryError" else ())
        if how == "stopped":
            made.loaded = Stopped("timeout", "")
        if how != "MemoryError":
            made.stops.append(Stopped("timeout", ""))
        return made

    record, counts = blank(), []
    for limits in (LIMITS, LIMITS, WIDER, WIDER):
        runner = counting(make)
        found, recorder = opened(runner, record, limits)
        assert found.stops == make().stops
        counts.append(len(runner.made))
        record = stored(recorder.record())
    assert counts == [1, 0, 1, 0]


# --- the same run, output, stops -----------------------------------------------------------------


def numbered() -> FakeSession:
    """`double` returns another number each time that it is called."""
    numbers = itertools.count()
    return session({"double": lambda _: np.array(next(numbers))})


def values(outcomes: Sequence[Outcome]) -> list[int]:
    """The numbers that came back."""
    return [int(each.values["y"].array) for each in outcomes if isinstance(each, Returned)]  # type: ignore[arg-type]


def test_the_same_run_twice_has_two_outcomes() -> None:
    """So that a check which looks for randomness sees it, also when the submission is judged again."""
    found, recorder = opened(counting(numbered), blank())
    once, other = run(), run(x=np.arange(4.0))
    assert values(found.run([once, other, run(), once])) == [0, 1, 2, 3]
    again, _ = opened(counting(), stored(recorder.record()), may_run=False)
    assert values(again.run([once, other, run(), once])) == [0, 1, 2, 3]
    with pytest.raises(NotRecorded):
        again.run([once] * 4)


def test_what_is_printed_and_what_a_run_costs_is_told_once_and_only_if_its_run_is_asked_for() -> None:
    @dataclass
    class Talking(FakeSession):
        def run(self, runs: Sequence[Run]) -> list[Outcome]:
            self.output += f"{len(runs)} run;"
            return super().run(runs)

    def make() -> FakeSession:
        loaded = session({"double": RIGHT["double"]}).loaded
        return Talking({"double": Stopped("crashed", "")}, loaded, "loaded;", stops=[Stopped("timeout", "load")])

    one, two, three = run(), run(x=np.ones(1)), run(x=np.ones(2))
    found, recorder = opened(counting(make), blank())
    found.run([one, two])
    found.run([three, one])
    assert found.output == "loaded;2 run;1 run;"
    assert [each.reason for each in found.stops] == ["timeout", "crashed", "crashed", "crashed"]
    record = stored(recorder.record())
    again, _ = opened(counting(), record, may_run=False)
    for asked in ([one], [two, one], [one]):
        again.run(asked)
        assert again.output == "loaded;2 run;"
        assert len(again.stops) == 3
    again.run([three])
    assert (again.output, again.stops) == (found.output, found.stops)


def test_two_sessions_of_one_submission_share_what_is_known() -> None:
    runner = counting(numbered)
    first, recorder = opened(runner, blank())
    assert values(first.run([run()])) == [0]
    second = recorder.open(submission(), WANTED, LIMITS, None)
    assert values(second.run([run(), run(x=np.ones(2))])) == [0, 0]
    assert [each.calls for each in runner.made] == [1, 1]
    first.close()
    second.close()
    assert all(each.closed for each in runner.made)


def test_other_readings_and_other_names_are_loaded_apart() -> None:
    runner = counting()
    _, recorder = opened(runner, blank())
    recorder.open(submission(), WANTED, LIMITS, Candidate("other.py"))
    recorder.open(submission(), WANTED, LIMITS, Candidate("other.py", 3))
    recorder.open(submission(), Wanted({"double": ("double", "twice")}), LIMITS, None)
    recorder.open(submission(), Wanted({"double": ("double",)}, ("scipy",)), LIMITS, None)
    assert (len(runner.made), len(recorder.record().loadings)) == (5, 5)


# --- what the record is not for ------------------------------------------------------------------


def test_other_submissions_go_straight_to_the_runner_behind() -> None:
    runner = counting()
    recorder = RecordingRunner(runner, blank(), may_run=False)
    mutant = replace(submission("mutant.py"), sha256="1" * 64)
    assert isinstance(recorder.open(mutant, WANTED, LIMITS, None), FakeSession)
    assert (recorder.ran, recorder.record().loadings) == (False, {})


def test_a_runner_behind_it_is_reached() -> None:
    runner = counting()
    runner.second = counting()
    recorder = RecordingRunner(runner, blank())
    assert (recorder.live, recorder.beside(), recorder.isolation()) == (runner, runner.second, runner.isolated)


def test_a_record_has_no_file_and_says_what_it_was_made_in() -> None:
    record = recording.blank(submission(), HERE)
    assert record.submission == replace(submission(), files=())
    assert record.environment != recording.environment(replace(HERE, tier="full"))
    assert record.environment == recording.environment(replace(HERE, left_out={"x": "y"}))


def test_a_record_without_an_answer_is_no_submission_that_was_loaded() -> None:
    key = next(iter(opened(counting(), blank())[1].record().loadings))
    nothing = recording.Loading(None, None, "", (), LIMITS)
    found, _ = opened(counting(), replace(blank(), loadings={key: nothing}), may_run=False)
    assert isinstance(found.loaded, Stopped)


# --- with real workers ---------------------------------------------------------------------------

SOURCE = b"""
import numpy as np
print("loading")
def double(x):
    print("doubling", len(x))
    return np.random.random(3) if len(x) == 3 else 2 * x
def half(x):
    import ctypes
    ctypes.string_at(0)
"""


@pytest.fixture
def real() -> Iterator[LocalRunner]:
    with LocalRunner() as runner:
        yield runner


def test_what_real_workers_answered_stands_for_them(real: LocalRunner) -> None:
    """Random values, a crash and what was printed: none of it could come about a second time in the same way."""
    handed_in = replace(submission(), files=(SourceFile("m.py", SOURCE),), sha256=hashlib.sha256(SOURCE).hexdigest())
    examined = exam(LONGER, RIGHT)
    recorder = RecordingRunner(real, recording.blank(handed_in, HERE))
    first = replace(judge.grade(handed_in, examined, recorder).result, seconds=0.0)
    assert [case.verdict for case in first.cases] == ["failed", "crashed", "passed"]
    assert first.output.splitlines() == ["loading", "doubling 3", "loading", "doubling 5"]
    rescorer = RecordingRunner(counting(), stored(recorder.record()), may_run=False)
    nameless = replace(handed_in, files=())
    again = replace(judge.grade(nameless, examined, rescorer).result, seconds=0.0)
    assert replace(again, locations=first.locations) == first
    assert isinstance(rescorer.open(nameless, examined.wanted, examined.limits, None).loaded, Loaded)
