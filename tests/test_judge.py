"""The judge with a fake runner: verdicts, readings, conventions, points."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from fakes import FakeRunner, FakeSession, exam, session, submission

from grader import judge
from grader.errors import HarnessError
from grader.model import (
    RETURN_COUNT,
    Candidate,
    Note,
    Outcome,
    Raised,
    Result,
    Stopped,
    Verdict,
)

SPEC = """
assignment: doubling
title: Doubling
points: 10
reference: reference/doubling.py
functions:
  double: {parameters: [x], returns: [y]}
  both: {parameters: [x], returns: [a, b]}
seed: 1
given: {x: {normal: [n]}}
draw: {count: 2, sizes: {n: 3}}
groups:
  - {id: one, points: 6, steps: ["y = double(x)"], expect: reference}
  - {id: two, points: 3, award: all, steps: ["a, b = both(x)"], expect: reference}
  - {id: secret, points: 1, visibility: hidden, steps: ["y = double(x)"], expect: reference}
  - {id: advice, points: 0, steps: ["y = double(x)"], checks: [inputs_unchanged]}
"""

CONVENTIONS = """
assignment: scaling
title: Scaling
points: 10
reference: reference/scaling.py
functions: {scale_by: {parameters: [x, factor]}}
conventions:
  factor:
    reference: times
    choices: {times: {factor: 2.0}, over: {factor: 0.5}}
  length:
    choices: {long: {n: 3}, short: {n: 2}}
groups:
  - id: all
    points: 10
    steps: ["y = scale_by(x, factor)"]
    given: {x: {normal: [n]}}
    draw: {count: 2}
    expect: reference
"""


def double(x: Any) -> Any:
    return 2 * x


def both(x: Any) -> Any:
    return x, -x


RIGHT = {"double": double, "both": both}
DOUBLING = exam(SPEC, RIGHT)


def graded(*sessions: FakeSession, using: Any = DOUBLING) -> judge.Graded:
    candidates = [None, *(Candidate("fake.py", n) for n in range(1, len(sessions)))]
    return judge.grade(submission(), using, FakeRunner(dict(zip(candidates, sessions, strict=True))))


def verdicts(result: Result) -> dict[str, str]:
    return {case.id: case.verdict.value for case in result.cases}


def test_a_right_submission_earns_everything() -> None:
    result = graded(session(RIGHT)).result
    assert (result.status, result.score, result.points, result.notes) == ("graded", 10.0, 10.0, ())
    assert set(verdicts(result).values()) == {"passed"}
    assert [(g.id, float(g.earned), float(g.possible)) for g in result.groups] == [
        ("one", 6.0, 6.0),
        ("two", 3.0, 3.0),
        ("secret", 1.0, 1.0),
        ("advice", 0.0, 0.0),
    ]


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        (Raised("y = double(x)", "ValueError", "bad"), "raised"),
        (Raised("y = double(x)", "MemoryError", ""), "memory"),
        (Raised("a, b = both(x)", RETURN_COUNT, "ndarray"), "failed"),
        (Stopped("timeout", ""), "timeout"),
        (Stopped("memory", ""), "memory"),
        (Stopped("crashed", "SIGSEGV"), "crashed"),
        (Stopped("output", ""), "output"),
        (Stopped("protocol", "bytes after the answer"), "protocol"),
    ],
)
def test_what_a_worker_does_is_the_verdict(outcome: Outcome, verdict: str) -> None:
    result = graded(session({"double": double, "both": outcome})).result
    assert verdicts(result) | {"two.1": verdict, "two.2": verdict} == verdicts(result)
    assert result.score == 7.0
    assert all(case.message for case in result.cases if case.id.startswith("two."))


def test_a_missing_function_costs_its_groups_and_is_said_once() -> None:
    result = graded(session({"double": double}, others=("both_of(x)",))).result
    assert result.score == 7.0
    assert verdicts(result)["two.1"] == "missing"
    assert result.notes == ("both(x) is not defined; found both_of(x)",)


def test_wrong_values_fail_with_where_and_how_much() -> None:
    result = graded(session({"double": lambda x: 2 * x + [0, 0, 1], "both": both})).result
    case = result.cases[0]
    assert case.verdict is Verdict.FAILED
    assert "1 of 3 values of `y` differs; the largest difference is 1 at y[2]" in case.message
    assert [finding.check for finding in case.findings] == ["type", "shape", "dtype", "finite", "values"]


@pytest.mark.parametrize(
    ("wrong", "check"),
    [
        (lambda x: None, "type"),
        (lambda x: (2 * x)[None], "shape"),
        (lambda x: (2 * x).astype(int), "dtype"),
        (lambda x: 2 * x * np.nan, "finite"),
        (lambda x: 3 * x, "values"),
    ],
)
def test_checks_go_from_type_to_values_and_stop_at_the_first(wrong: Any, check: str) -> None:
    findings = graded(session({"double": wrong, "both": both})).result.cases[0].findings
    assert (findings[-1].check, findings[-1].passed) == (check, False)
    assert all(finding.passed for finding in findings[:-1])


def test_a_constant_that_broadcasts_is_no_right_answer() -> None:
    result = graded(session({"double": lambda x: (2 * x)[:1], "both": both})).result
    assert "shape" in result.cases[0].message


def test_award_all_is_all_or_nothing() -> None:
    calls = iter([(0, 0), None, None, None, None])

    def mostly(x: Any) -> Any:
        return both(x) if next(calls) is None else (x, x)

    result = graded(session({"double": double, "both": mostly})).result
    assert verdicts(result)["two.1"] == "failed"
    assert verdicts(result)["two.2"] == "passed"
    assert result.score == 7.0


def test_an_input_changed_in_place_is_advice_and_costs_nothing() -> None:
    def in_place(x: Any) -> Any:
        x *= 2
        return x

    result = graded(session({"double": in_place, "both": both})).result
    assert result.score == 10.0
    assert verdicts(result)["advice.inputs_unchanged.1"] == "failed"


def test_what_advice_prints_is_not_shown_as_the_submissions_output() -> None:
    def printing(name: str, function: Any) -> Any:
        def printed(x: Any) -> Any:
            noisy.output += f"{name} "
            return function(x)

        return printed

    noisy = session({"double": printing("double", double), "both": printing("both", both)})
    noisy.output = "loading "
    result = graded(noisy).result
    assert noisy.calls > 6
    assert result.output == "loading double double both both double double "
    assert [case.id for case in result.cases][-1].startswith("advice")


def test_only_public_cases_count_in_a_self_check() -> None:
    result = judge.grade(submission(), replace(DOUBLING, scope="public"), FakeRunner({None: session(RIGHT)})).result
    assert (result.scope, result.score, result.points) == ("public", 9.0, 9.0)
    assert not any(case.id.startswith("secret") for case in result.cases)
    assert [group.id for group in result.groups] == ["one", "two", "advice"]  # nothing of `secret` was run
    assert {case.visibility for case in graded(session(RIGHT)).result.cases} == {"public", "hidden"}


# --- submissions that cannot be run ------------------------------------------------------------


def test_a_problem_of_the_students_is_a_load_error_of_0_points() -> None:
    result = judge.grade(submission(problem="it is empty"), DOUBLING, FakeRunner({})).result
    assert (result.status, result.score, result.notes) == ("graded", 0.0, ("it is empty",))
    assert set(verdicts(result).values()) == {"load_error"}


def test_what_the_machine_cannot_read_is_ungraded() -> None:
    result = judge.grade(submission(unreadable="no permission"), DOUBLING, FakeRunner({})).result
    assert (result.status, result.notes) == ("ungraded", ("no permission",))
    assert set(verdicts(result).values()) == {"ungraded"}


BRACKET = " (look for a bracket, comma or operator that is missing here, or in the line before)"


def test_a_syntax_error_is_a_load_error_with_its_line() -> None:
    fatal = Note("syntax_error", {"file": "a.py", "line": "3", "message": "invalid syntax", "text": "def f(:"})
    result = graded(session({}, fatal=fatal)).result
    assert set(verdicts(result).values()) == {"load_error"}
    assert result.notes == ("a.py, line 3: Python cannot read this: invalid syntax: `def f(:`" + BRACKET,)


def test_a_worker_that_is_stopped_while_loading() -> None:
    result = graded(FakeSession({}, Stopped("timeout", "", 3.0, 2.9))).result
    assert set(verdicts(result).values()) == {"timeout"}
    assert "while the file was loaded" in result.notes[0]


def test_a_lost_zygote_is_an_exception_not_a_score() -> None:
    with pytest.raises(HarnessError):
        judge.grade(submission(), DOUBLING, FakeRunner({None: session(RIGHT)}, [HarnessError("gone")]))


# --- readings ----------------------------------------------------------------------------------

WRONG = {"double": lambda x: x, "both": both}


def test_of_several_files_the_one_that_was_graded_is_named() -> None:
    candidates = (Candidate("fake.py"), Candidate("other.py"))
    first, other = session(WRONG, candidates=candidates), session(RIGHT)
    result = judge.grade(submission(), DOUBLING, FakeRunner({None: first, candidates[1]: other})).result
    assert (result.score, result.graded_file) == (10.0, "other.py")
    result = judge.grade(submission(), DOUBLING, FakeRunner({None: first, candidates[1]: session(WRONG)})).result
    assert (result.score, result.graded_file) == (3.0, "fake.py")
    assert graded(session(RIGHT)).result.graded_file == ""


def test_other_readings_are_not_tried_when_the_first_earns_everything() -> None:
    candidates = (Candidate("fake.py"), Candidate("fake.py", 1))
    runner = FakeRunner({None: session(RIGHT, candidates=candidates)})
    assert judge.grade(submission(), DOUBLING, runner).result.score == 10.0
    assert set(runner.opened) == {None}


def test_the_best_reading_counts_and_is_named() -> None:
    candidates = (Candidate("fake.py"), Candidate("fake.py", 1), Candidate("fake.py", 2))
    result = graded(
        session(WRONG, candidates=candidates),
        session({}, candidates=candidates),
        session(RIGHT, candidates=candidates),
    ).result
    assert result.score == 10.0
    assert result.notes[-1] == "fake.py: something is defined again further down; graded is what stands above that"


def test_the_first_reading_counts_among_equals() -> None:
    candidates = (Candidate("fake.py"), Candidate("fake.py", 1))
    result = graded(session(WRONG, candidates=candidates), session(WRONG, candidates=candidates)).result
    assert result.score == 3.0
    assert not any("cell" in note for note in result.notes)


# --- conventions -------------------------------------------------------------------------------

SCALING = exam(CONVENTIONS, {"scale_by": lambda x, factor: x * factor})


@pytest.mark.parametrize(
    ("solution", "followed"),
    [
        (lambda x, factor: x * factor, {"factor": "times", "length": "long"}),
        (lambda x, factor: x / factor, {"factor": "over", "length": "long"}),
        (lambda x, factor: x.reshape(2) * factor, {"factor": "times", "length": "short"}),
        (lambda x, factor: x.reshape(2) / factor, {"factor": "over", "length": "short"}),
    ],
)
def test_a_submission_may_follow_any_choice(solution: Any, followed: dict[str, str]) -> None:
    result = graded(session({"scale_by": solution}), using=SCALING).result
    assert (result.score, result.conventions) == (10.0, followed)


def test_no_choice_is_told_where_no_case_could_run() -> None:
    assert graded(session({}), using=SCALING).result.conventions == {}


def test_a_submission_follows_one_choice_throughout() -> None:
    calls = iter(range(1000))

    def unsteady(x: Any, factor: float) -> Any:
        return x * factor if next(calls) % 2 else x / factor

    assert graded(session({"scale_by": unsteady}), using=SCALING).result.score == 5.0


def test_the_search_for_a_choice_is_bounded_when_workers_are_lost() -> None:
    lost = session({"scale_by": Stopped("crashed", "SIGSEGV")})
    graded(lost, using=SCALING)
    assert lost.calls <= 2 * judge.MAX_STOPS


# --- time-outs ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("cpu", "starved"), [(0.1, True), (4.9, False)])
def test_a_timeout_with_little_cpu_is_worth_a_second_look(cpu: float, starved: bool) -> None:
    waiting = session({"double": double, "both": Stopped("timeout", "", 5.0, cpu)})
    assert graded(waiting).starved is starved


# --- the fast way --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        lambda x: (2 * x)[None],
        lambda x: (2 * x)[:1],
        lambda x: 2 * x * np.nan,
        lambda x: 2 * x + np.inf,
        lambda x: 2 * x + 1e-3,
        lambda x: np.rint(2 * x).astype(int),
        lambda x: (2 * x).astype(complex) + 1j,
        lambda x: (2 * x) > 0,
        lambda x: None,
    ],
)
def test_the_fast_way_never_passes_what_the_checks_would_not(wrong: Any) -> None:
    assert verdicts(graded(session({"double": wrong, "both": both})).result)["one.1"] == "failed"


def test_the_fast_way_gives_the_same_findings_as_the_checks() -> None:
    fast = graded(session(RIGHT)).result.cases[0].findings
    slow = graded(session({"double": lambda x: (2 * x).astype(np.float32), "both": both})).result.cases[0].findings
    assert fast == slow
