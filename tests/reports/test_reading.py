import json
from dataclasses import replace

import pytest
from reports import samples

from grader.insight import Hints
from grader.model import CaseResult, Finding, Result, Verdict
from grader.reports import jsonl, reading


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


def failed(check: str, message: str) -> CaseResult:
    findings = (Finding("type", True), Finding(check, False, message, "output"))
    return samples.case(f"{check}.1", Verdict.FAILED, 0, 1, message=message, findings=findings)


@pytest.mark.parametrize(
    ("hints", "neutral"),
    [
        ("name", set()),
        ("property", set()),
        ("stage", {"values", "finite", "zero_padded_keys"}),
        ("none", {"values", "finite", "zero_padded_keys", "shape", "type"}),
    ],
)
def test_few_hints_leave_verdicts_alone(hints: Hints, neutral: set[str]) -> None:
    cases = tuple(
        failed(check, f"told by {check}") for check in ("type", "shape", "finite", "values", "zero_padded_keys")
    )
    shown = reading.for_student(samples.result(cases=cases, hints=hints)).cases
    for case, seen in zip(cases, shown, strict=True):
        if reading.group_of(case) in neutral:
            assert seen == replace(case, message="what was returned is not right", findings=())
        else:
            assert seen == case


def test_what_the_code_itself_came_to_is_told_without_hints() -> None:
    cases = (
        samples.case("a.1", Verdict.RAISED, 0, 1, message="ValueError: mine"),
        samples.case("a.2", Verdict.FAILED, 0, 1, message="f returned a tuple of 2"),
        samples.case("a.3", Verdict.PASSED, 1, 1),
    )
    assert reading.for_student(samples.result(cases=cases, hints="none")).cases == cases


@pytest.mark.parametrize(
    ("output", "shown"),
    [
        ("", ""),
        ("12\n", "12\n"),
        ("a.py:10: RuntimeWarning: divide by zero encountered in divide\n", ""),
        ("1\na b.py:6: RuntimeWarning: overflow encountered in exp\n  2\n3", "1\n  2\n3"),
        ("a.py:6: RuntimeWarning: overflow encountered in exp", ""),
        ("/tmp/a.py:6: RuntimeWarning: overflow encountered in exp\n  e = np.exp(s)\n  2\n", "  2\n"),
        ("<cell 3>:6: RuntimeWarning: overflow encountered in exp\n  e = np.exp(s)", ""),
        ("C:\\a.py:6: RuntimeWarning: overflow encountered in exp\n  e = np.exp(s)\n2\n", "2\n"),
        ("/tmp/a.py:6: RuntimeWarning: overflow encountered in exp\n2\n", "2\n"),
        ("a.py:3: UserWarning: mine, encountered in f\n", "a.py:3: UserWarning: mine, encountered in f\n"),
        ("RuntimeWarning: overflow encountered in exp\n", "RuntimeWarning: overflow encountered in exp\n"),
    ],
)
def test_numpys_warnings_are_not_what_the_code_printed(output: str, shown: str) -> None:
    assert reading.printed(output) == shown
    assert reading.for_student(samples.result(output=output)).output == shown
    assert json.loads(jsonl.to_json(samples.result(output=output)))["output"] == output
