from dataclasses import replace

import pytest
from reports import samples

from grader.insight import Hints
from grader.model import Result, Verdict
from grader.reports import reading


def test_the_reason_of_a_case_is_never_empty() -> None:
    assert all(reading.reason(samples.case("a.1", verdict)) for verdict in Verdict)


def test_a_case_loses_points_only_if_it_had_some() -> None:
    assert reading.loses_points(samples.case("a.1", Verdict.FAILED, 0, 1))
    assert reading.loses_points(samples.case("a.1", Verdict.PASSED, 0, 1))
    assert not reading.loses_points(samples.case("advice.1", Verdict.FAILED, 0, 0))
    assert not reading.loses_points(samples.case("implied.1", Verdict.MISSING, 1, 1))


@pytest.mark.parametrize(
    ("result", "first"),
    [
        (samples.result(), ""),
        (samples.partial(), "the scores are not scaled"),
        (samples.ungraded(), "the grader failed twice: the zygote was lost"),
        (samples.ungraded(with_cases=False), "the grader failed twice: the zygote was lost"),
        (samples.result(status="ungraded", cases=()), "could not be graded"),
        (
            samples.result(
                cases=(
                    samples.case("a.1", Verdict.PASSED, 0, 1),
                    samples.case("a.2", Verdict.FAILED, 0, 1, message="off by one\nsee there"),
                )
            ),
            "off by one",
        ),
    ],
)
def test_first_reason(result: Result, first: str) -> None:
    assert reading.first_reason(result) == first


def test_a_student_sees_no_value_of_a_hidden_case() -> None:
    seen = reading.for_student(samples.hidden())
    assert "SECRET" not in repr(seen)
    assert seen.cases[1].message == "an exception was raised (a hidden case: inputs and values are not shown)"
    assert seen.cases[1].verdict is Verdict.RAISED
    assert seen.cases[0] == samples.hidden().cases[0]


@pytest.mark.parametrize("verdict", [Verdict.MISSING, Verdict.LOAD_ERROR, Verdict.UNGRADED])
def test_what_is_said_of_the_file_stays(verdict: Verdict) -> None:
    case = samples.case("a.1", verdict, 0, 1, message="softmax(x) is not defined", visibility="hidden")
    assert reading.for_student(samples.result(cases=(case,))).cases == (case,)


def test_without_hidden_cases_a_student_sees_all() -> None:
    assert reading.for_student(samples.partial()) == samples.partial()


@pytest.mark.parametrize(
    ("hints", "diagnoses", "clues", "example"),
    [("name", 1, 2, True), ("property", 0, 2, True), ("stage", 0, 1, False), ("none", 0, 0, False)],
)
def test_each_rung_of_the_hints_says_more(hints: Hints, diagnoses: int, clues: int, example: bool) -> None:
    known = replace(samples.unexplained(), diagnoses=samples.partial().diagnoses, hints=hints)
    shown = reading.for_student(known)
    assert (len(shown.diagnoses), len(shown.clues)) == (diagnoses, clues)
    assert (shown.counterexample is not None, bool(shown.pictures)) == (example, example)
    assert all(clue.kind == "stage" for clue in shown.clues[:1])
    assert reading.for_student(shown) == shown
