"""Corrections by hand and penalties: what they change, in which order, and what they leave alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from reports import samples

from grader.adjustments import adjusted, validated
from grader.errors import UsageError
from grader.handin import HandIn, Override, Student, SubmissionInfo
from grader.model import Result, Verdict
from grader.spec import Dates

NO_DATES = Dates()
DATES = Dates.model_validate({"due": "2024-05-17T18:00Z", "late": {"per_day": "10%"}})


def handed_in(when: str | None, result: Result | None = None, due: str = "") -> Result:
    """7 of 10 points, 5/3 of them for `whole.1`, which is wrong."""
    info = SubmissionInfo("ada", "Ada", "ada.py", "cd" * 32, when, HandIn(Student("Ada", due=due), dated_by="lms"))
    return replace(result or judged(), submission=info)


def judged() -> Result:
    cases = (
        samples.case("whole.1", Verdict.FAILED, 0, "5/3", message="wrong"),
        samples.case("whole.2", earned="5/3", possible="5/3"),
        samples.case("parts.1", earned="16/3", possible="16/3"),
        samples.case("parts.2", Verdict.FAILED, 0, "4/3"),
    )
    groups = (samples.group("whole", "Whole", "5/3", "10/3"), samples.group("parts", "Parts", "16/3", "20/3"))
    return samples.result("ada", raw_score=7.0, score=7.0, points=10.0, cases=cases, groups=groups)


def points(result: Result) -> tuple[float, float, float]:
    return result.raw_score, result.penalty, result.score


def test_nothing_to_adjust() -> None:
    assert adjusted(judged(), NO_DATES, ()) == judged()
    assert adjusted(handed_in("2024-05-17T17:00Z"), DATES, ()) == handed_in("2024-05-17T17:00Z")


def test_a_penalty_leaves_the_raw_score() -> None:
    late = adjusted(handed_in("2024-05-18T20:00Z"), DATES, ())
    assert points(late) == (7.0, 2.0, 5.0)
    assert late.lateness is not None
    assert late.lateness.sentence == "26 hours late, 2 days begun: 20 % of 10 points"
    assert (late.groups, late.cases, late.notes) == (judged().groups, judged().cases, ())
    assert adjusted(handed_in("2024-05-18T20:00Z", due="2024-05-18"), DATES, ()).lateness is None


def test_a_files_time_counts_where_asked_for() -> None:
    found = handed_in("2024-05-18T20:00Z")
    found = replace(found, submission=replace(found.submission, handed_in=HandIn(dated_by="mtime")))
    assert points(adjusted(found, DATES, ())) == (7.0, 0.0, 7.0)
    assert points(adjusted(found, DATES, (), counts_mtime=True)) == (7.0, 2.0, 5.0)


def test_a_doubtful_date_is_a_note() -> None:
    noted = adjusted(handed_in("2031-05-18T20:00Z"), DATES, (), seen_at=datetime(2024, 6, 1, tzinfo=UTC))
    assert points(noted) == (7.0, 0.0, 7.0)
    assert noted.notes == (
        "the date of this submission, 2031-05-18T20:00Z, is in the future: whether it is late is not known",
    )


# --- corrections -------------------------------------------------------------------------------

CASE = Override(1.0, "a typing error", "whole.1", "2024-06-01T10:00Z")
WHOLE = Override(9.0, "seen in class")


def test_points_of_a_case_change_its_group_and_the_raw_score_before_the_penalty() -> None:
    found = adjusted(handed_in("2024-05-17T20:00Z"), DATES, [CASE])
    assert points(found) == (8.0, 1.0, 7.0)
    assert (found.cases[0].earned, found.cases[0].verdict) == (Fraction(1), Verdict.FAILED)
    assert found.cases[1:] == judged().cases[1:]
    assert [group.earned for group in found.groups] == [Fraction(8, 3), Fraction(16, 3)]
    assert found.overrides == (CASE,)


def test_a_case_may_be_given_fewer_points() -> None:
    assert points(adjusted(judged(), NO_DATES, [Override(0.0, "copied", "parts.1")])) == (1.67, 0.0, 1.67)


def test_all_that_is_shown_is_all_there_is() -> None:
    """5/3 is shown as 1.67: who gives that, gives all."""
    found = adjusted(judged(), NO_DATES, [Override(1.67, "right", "whole.1")])
    assert found.cases[0].earned == Fraction(5, 3)
    assert found.raw_score == 8.67


def test_a_score_stands_after_the_penalty() -> None:
    found = adjusted(handed_in("2024-05-17T20:00Z"), DATES, [WHOLE, CASE])
    assert points(found) == (8.0, 1.0, 9.0)
    assert found.overrides == (CASE, WHOLE)
    assert found.lateness is not None


def test_the_later_of_two_corrections_counts() -> None:
    later = [CASE, WHOLE, replace(WHOLE, points=2.5), replace(CASE, points=0.5)]
    found = adjusted(judged(), NO_DATES, later)
    assert points(found) == (7.5, 0.0, 2.5)
    assert found.overrides == (later[3], later[2])


@pytest.mark.parametrize("overrides", [[], [CASE], [WHOLE], [CASE, WHOLE], [replace(CASE, case="gone.1")]])
@pytest.mark.parametrize("result", [judged(), samples.ungraded(), samples.ungraded(with_cases=False)])
def test_twice_is_once(overrides: list[Override], result: Result) -> None:
    overrides = [replace(each, case="projections.1") if result.status == "ungraded" and each.case else each
                 for each in overrides]  # fmt: skip
    once = adjusted(handed_in("2024-05-17T20:00Z", result), DATES, overrides)
    assert adjusted(once, DATES, overrides) == once


def test_a_case_that_is_gone_is_noted() -> None:
    found = adjusted(judged(), NO_DATES, [replace(CASE, case="gone.1")])
    assert points(found) == (7.0, 0.0, 7.0)
    assert found.overrides == ()
    why = "there is no such case in this result"
    assert found.notes == (f"the correction by hand of `gone.1` (a typing error) is not in these points: {why}",)


def test_nobody_gets_more_than_there_is_now() -> None:
    """The spec gave these points when they were corrected."""
    found = adjusted(judged(), NO_DATES, [replace(CASE, points=5.0), replace(WHOLE, points=40.0)])
    assert points(found) == (8.67, 0.0, 10.0)


def test_a_score_by_hand_for_what_could_not_be_graded() -> None:
    found = adjusted(handed_in("2024-05-18T20:00Z", samples.ungraded()), DATES, [Override(1.5, "by eye")])
    assert (found.status, *points(found)) == ("graded", 0.0, 0.0, 1.5)
    assert found.notes[-1] == "it could not be graded: the score was given by hand"


def test_points_of_a_case_make_no_score_of_what_could_not_be_graded() -> None:
    found = adjusted(samples.ungraded(), NO_DATES, [Override(1.0, "by eye", "projections.1")])
    assert (found.status, found.overrides, found.cases) == ("ungraded", (), samples.ungraded().cases)
    assert found.notes[-1].endswith("is not in these points: the submission could not be graded")


def test_what_mending_gives_stays() -> None:
    assert adjusted(samples.partial(), NO_DATES, [Override(0.0, "copied")]).diagnoses == samples.partial().diagnoses


# --- which make sense --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "override",
    [
        CASE,
        WHOLE,
        replace(WHOLE, points=0),
        replace(WHOLE, points=10),
        replace(CASE, points=1.67),
        replace(CASE, reason="für Zoë – 好"),
    ],
)
def test_usual_corrections(override: Override) -> None:
    validated(override, judged())


@pytest.mark.parametrize(
    ("override", "why"),
    [
        (replace(CASE, points=-0.5), "-0.5 is no number of points: it must be 0 or more"),
        (replace(CASE, points=float("nan")), "nan is no number of points: it must be 0 or more"),
        (replace(WHOLE, points=float("inf")), "inf is no number of points: it must be 0 or more"),
        (replace(CASE, points=1.68), "1.68 is more than `whole.1` is worth, 1.67 points"),
        (replace(WHOLE, points=10.5), "10.5 is more than the assignment is worth, 10 points"),
        (replace(CASE, case="whole.3"), "there is no case `whole.3`; did you mean `whole.2`?"),
        (replace(CASE, case="x"), "there is no case `x`; there are: whole.1, whole.2, parts.1, parts.2"),
        (replace(WHOLE, reason=" \t"), "a correction needs a reason: say it with --reason, its student reads it"),
        (replace(WHOLE, reason="a\nb"),
         "the reason holds a line break or a character that cannot be shown: write one line of text"),
        (replace(WHOLE, reason="a\u202eb"),
         "the reason holds a line break or a character that cannot be shown: write one line of text"),
        (replace(WHOLE, reason="a" * 501), "the reason is longer than 500 characters"),
    ],
)  # fmt: skip
def test_no_correction(override: Override, why: str) -> None:
    with pytest.raises(UsageError) as raised:
        validated(override, judged())
    assert str(raised.value) == why


def test_what_could_not_be_graded_has_no_points_of_cases() -> None:
    validated(Override(1.0, "by eye"), samples.ungraded())
    with pytest.raises(UsageError, match="could not be graded: there are no points of a case to correct"):
        validated(Override(1.0, "by eye", "projections.1"), samples.ungraded())
