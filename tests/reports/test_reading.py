import json
from dataclasses import replace

import pytest
from reports import samples

from grader.handin import Lateness, Override
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


# --- lateness and corrections ------------------------------------------------------------------

WHOLE = Override(1.0, "copied from a friend")
LATE = Lateness(0.0, 2.0, "the LMS marked it late: late work gets no points")


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (samples.result(), "2 of 2 points"),
        (samples.corrected(), "7 of 10 points (raw 9, 2 off for being 26 hours late, corrected by hand)"),
        (samples.result(penalty=2.0, score=0.0, lateness=LATE), "0 of 2 points (raw 2, 2 off for being late)"),
        (samples.result(score=1.0, overrides=(WHOLE,)), "1 of 2 points (raw 2, corrected by hand)"),
        (samples.result(overrides=(replace(WHOLE, case="a.1"),)), "2 of 2 points (corrected by hand)"),
        (samples.result(scope="public", hidden_points=3.0, penalty=0.5, score=1.5),
         "public points: 1.5 of 2; 3 more are hidden (raw 2, 0.5 off for being late)"),
        (replace(samples.ungraded(), lateness=LATE), "could not be graded: this is no score"),
    ],
)  # fmt: skip
def test_how_the_score_came_about(result: Result, words: str) -> None:
    assert reading.score_words(result) == words


def test_lateness_and_corrections_are_told_with_their_reasons() -> None:
    assert reading.adjustments(replace(samples.corrected(), overrides=(WHOLE,))) == [
        "corrected by hand (1 of 10 points): copied from a friend",
        "26 hours late, 2 days begun: 20 % of 10 points",
    ]
    assert reading.adjustments(samples.partial()) == []


def test_where_no_case_lost_points_the_reason_is_what_did() -> None:
    late = samples.result(penalty=2.0, score=0.0, lateness=LATE)
    assert reading.first_reason(late) == LATE.sentence
    by_hand = samples.result(score=1.0, overrides=(WHOLE,), lateness=replace(LATE, penalty=0.0))
    assert reading.first_reason(by_hand) == "corrected by hand (1 of 2 points): copied from a friend"
    assert reading.first_reason(samples.result(lateness=replace(LATE, penalty=0.0))) == ""
    assert reading.first_reason(samples.result(score=1.0)) == ""


def test_what_was_lost_by_being_late_cannot_be_mended() -> None:
    assert not reading.is_wanting(samples.result(penalty=2.0, score=0.0, lateness=LATE))
    assert not reading.is_wanting(samples.result(score=1.0, overrides=(WHOLE,)))
    assert reading.is_wanting(replace(samples.corrected(), score=10.0))
    assert reading.is_wanting(samples.result(score=1.0))
