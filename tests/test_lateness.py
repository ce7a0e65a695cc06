"""Late by how much, and what it costs: days by the zone's clock, exact points, and no penalty that is a guess."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.handin import DatedBy, HandIn, Lateness, Student
from grader.lateness import doubt, due_of, due_text, is_late, lasting, late, policy
from grader.scoring import rounded
from grader.spec import Dates

TEN = Fraction(10)
A_DAY = {"per_day": "10%", "most": "50%"}


def dates(due: str | None = "2024-05-17T18:00Z", late: object = A_DAY, **more: Any) -> Dates:
    return Dates.model_validate({"due": due, "late": late, **more})


def handed_in(dated_by: DatedBy = "lms", due: str = "", *, late: bool = False) -> HandIn:
    return HandIn(Student("Ada", due=due), late=late, dated_by=dated_by)


def of(when: str | None, said: Dates, how: HandIn | None = None, raw: object = 10, **more: Any) -> Lateness | None:
    return late(said, when, how or handed_in(), Fraction(str(raw)), TEN, **more)


def sentence(when: str | None, said: Dates, how: HandIn | None = None) -> str:
    found = of(when, said, how)
    return found.sentence if found is not None else ""


# --- by how much -------------------------------------------------------------------------------


@pytest.mark.parametrize("when", ["2024-05-17T18:00:00Z", "2024-05-17T18:00:00.999+00:00", "2024-05-17T20:00:00+02:00"])
def test_the_second_that_it_is_due_is_in_time(when: str) -> None:
    assert of(when, dates()) is None


def test_a_second_later_is_late() -> None:
    assert of("2024-05-17T20:00:01+02:00", dates()) == Lateness(
        1.0, 1.0, "1 second late, 1 day begun: 10 % of 10 points"
    )


def test_a_day_is_due_to_its_last_second_in_the_zone() -> None:
    new_york = dates("2024-05-17", zone="America/New_York")
    assert due_of(new_york) == datetime(2024, 5, 18, 3, 59, 59, tzinfo=UTC)
    assert of("2024-05-18T03:59:59.5Z", new_york) is None
    assert of("2024-05-18T04:00:00Z", new_york) is not None
    assert due_text(new_york) == "2024-05-17T23:59:59-04:00"
    assert due_text(dates("2024-05-17", zone="UTC")) == "2024-05-17T23:59:59+00:00"
    assert due_text(dates(None, "none")) is None


def test_what_the_clock_shows_twice_is_due_the_second_time() -> None:
    """On 27 October at 3:00 it is 2:00 again in Berlin; a time that it never shows counts as later."""
    assert due_of(dates("2024-10-27T02:30", zone="Europe/Berlin")) == datetime(2024, 10, 27, 1, 30, tzinfo=UTC)
    assert due_of(dates("2024-03-31T02:30", zone="Europe/Berlin")) == datetime(2024, 3, 31, 1, 30, tzinfo=UTC)


def test_within_grace_is_in_time_and_after_it_all_the_time_counts() -> None:
    said = dates(grace="15min")
    assert of("2024-05-17T18:15:00Z", said) is None
    found = of("2024-05-17T18:15:01Z", said)
    assert found is not None
    assert (found.seconds, found.penalty) == (901.0, 1.0)
    just_over_a_day = of("2024-05-18T18:00:01Z", said)
    assert just_over_a_day is not None
    assert just_over_a_day.penalty == 2.0


@pytest.mark.parametrize(
    ("when", "penalty", "said"),
    [
        ("2024-05-18T18:00:00Z", 1.0, "24 hours late, 1 day begun: 10 % of 10 points"),
        ("2024-05-18T20:59:00Z", 2.0, "26 hours late, 2 days begun: 20 % of 10 points"),
        ("2024-05-20T22:00:00Z", 4.0, "3 days and 4 hours late, 4 days begun: 40 % of 10 points"),
        ("2024-05-22T18:00:00Z", 5.0, "5 days late, 5 days begun: 50 % of 10 points"),
        ("2024-06-22T18:00:00Z", 5.0, "36 days late, 36 days begun: 50 % of 10 points, the most that is taken off"),
    ],
)  # fmt: skip
def test_days(when: str, penalty: float, said: str) -> None:
    found = of(when, dates())
    assert found is not None
    assert (found.penalty, found.sentence) == (penalty, said)


def test_the_last_date_there_is() -> None:
    found = of("9998-12-31T23:59:59Z", dates("9998-12-30", zone="Pacific/Apia"))
    assert found is not None
    assert found.penalty == 2.0


def test_hours_are_hours() -> None:
    found = of("2024-05-17T20:00:01Z", dates(late={"per_hour": "2.5%"}))
    assert found is not None
    assert (found.penalty, found.sentence) == (0.75, "2 hours late, 3 hours begun: 7.5 % of 10 points")


def test_the_night_in_which_clocks_change_costs_nobody_a_day() -> None:
    """Due on Saturday at 18:00 in Berlin; on Sunday at 18:00 it is 25 hours later, or 23."""
    autumn, spring = dates("2024-10-26T18:00", zone="Europe/Berlin"), dates("2024-03-30T18:00", zone="Europe/Berlin")
    assert sentence("2024-10-27T18:00:00+01:00", autumn) == "25 hours late, 1 day begun: 10 % of 10 points"
    assert sentence("2024-10-27T18:00:01+01:00", autumn) == "25 hours late, 2 days begun: 20 % of 10 points"
    assert sentence("2024-03-31T18:00:00+02:00", spring) == "23 hours late, 1 day begun: 10 % of 10 points"
    assert sentence("2024-03-31T18:00:01+02:00", spring) == "23 hours late, 2 days begun: 20 % of 10 points"
    assert sentence("2024-10-27T18:00:00+01:00", dates("2024-10-26T18:00+02:00")) == (
        "25 hours late, 2 days begun: 20 % of 10 points"  # no zone is named, and UTC knows no such night
    )


@given(st.integers(1, 400 * 86_400), st.sampled_from(["UTC", "Europe/Berlin", "America/Havana", "Pacific/Apia"]))
def test_days_begun_are_within_one_of_24_hours(seconds: int, zone: str) -> None:
    """Whatever clocks do; Apia had no 30 December 2011 at all."""
    said = dates("2011-10-01T18:00", {"per_day": "0.01%"}, zone=zone)
    due = due_of(said)
    assert due is not None
    found = late(said, (due + timedelta(seconds=seconds)).isoformat(), handed_in(), Fraction(10_000), Fraction(10_000))
    assert found is not None
    assert abs(found.penalty - -(-seconds // 86_400)) <= 1


# --- what it costs -----------------------------------------------------------------------------


def test_no_policy_costs_nothing_and_zero_all() -> None:
    assert of("2024-05-17T18:12:00Z", dates(late="none")) == Lateness(
        720.0, 0.0, "12 minutes late: being late costs nothing"
    )
    assert of("2024-05-17T18:12:00Z", dates(late="zero"), raw="7.5") == Lateness(
        720.0, 7.5, "12 minutes late: late work gets no points"
    )


def test_no_more_is_taken_off_than_was_earned() -> None:
    found = of("2024-05-19T18:00:00Z", dates(), raw=1)
    assert found is not None
    assert (found.penalty, found.sentence) == (
        1.0,
        "2 days late, 2 days begun: 20 % of 10 points",
    )


def test_it_is_rounded_once_and_adds_up() -> None:
    """25/3 less 1.425 is 6.908; of what is rounded already it would be 6.90 or 6.91."""
    found = late(dates(late={"per_day": "15%"}), "2024-05-17T19:00Z", handed_in(), Fraction(25, 3), Fraction(19, 2))
    assert found is not None
    assert found.sentence == "1 hour late, 1 day begun: 15 % of 9.5 points"
    assert found.penalty == 1.42
    assert rounded(Fraction(25, 3)) == 8.33
    assert rounded(Fraction(25, 3) - Fraction("1.425")) == 6.91 == pytest.approx(8.33 - 1.42)


@given(st.fractions(0, 10, max_denominator=60), st.integers(1, 40))
def test_a_score_is_never_below_zero_nor_above_raw(raw: Fraction, days: int) -> None:
    when = (datetime(2024, 5, 17, 18, tzinfo=UTC) + timedelta(days=days)).isoformat()
    found = late(dates(late={"per_day": "7%"}), when, handed_in(), raw, TEN)
    assert found is not None
    score = Fraction(str(rounded(raw))) - Fraction(str(found.penalty))
    assert 0 <= found.penalty <= rounded(raw)
    assert score == Fraction(str(rounded(max(Fraction(0), raw - min(Fraction(7 * days, 100), Fraction(1)) * 10))))


# --- who says so -------------------------------------------------------------------------------


def test_git_counts_as_the_lms_does() -> None:
    assert of("2024-05-17T19:00Z", dates(), handed_in("git")) == of("2024-05-17T19:00Z", dates())


def test_a_files_own_time_makes_late_only_where_asked_for() -> None:
    assert of("2024-05-17T19:00Z", dates(late="zero"), handed_in("mtime")) is None
    counted = of("2024-05-17T19:00Z", dates(late="zero"), handed_in("mtime"), counts_mtime=True)
    assert counted == Lateness(3600.0, 10.0, "1 hour late: late work gets no points")


def test_a_date_of_nobody_knows_who_costs_nothing() -> None:
    assert of("2024-05-17T19:00Z", dates(), handed_in(""), counts_mtime=True) is None


MARKED = "the LMS marked it late; by how much it does not say"


@pytest.mark.parametrize(
    ("said", "how", "penalty", "words"),
    [
        (dates(), handed_in("", late=True), 0.0, f"{MARKED}: nothing is deducted"),
        (dates(late="none"), handed_in("", late=True), 0.0, f"{MARKED}: being late costs nothing"),
        (dates(None, "none"), handed_in("", late=True), 0.0, f"{MARKED}: being late costs nothing"),
        (dates(late="zero"), handed_in("", late=True), 8.0, "the LMS marked it late: late work gets no points"),
        (dates(late="zero", grace="1h"), handed_in("", late=True), 0.0,
         f"{MARKED}, and it may be within 1 hour of grace: nothing is deducted"),
        (dates(late="zero"), handed_in("", "2024-05-20", late=True), 0.0,
         f"{MARKED}, and it may be within the extension: nothing is deducted"),
        (dates(late="none"), handed_in("", "2024-05-20", late=True), 0.0,
         f"{MARKED}, and it may be within the extension: being late costs nothing"),
    ],
)  # fmt: skip
def test_a_mark_without_a_time(said: Dates, how: HandIn, penalty: float, words: str) -> None:
    assert of(None, said, how, raw=8) == Lateness(0.0, penalty, words)


def test_a_mark_beside_a_time() -> None:
    """A time that counts says more than the mark, which is of another due date; a file's own time says less."""
    assert of("2024-05-17T17:00Z", dates(late="zero"), handed_in("lms", late=True)) is None
    assert sentence("2024-05-17T17:00Z", dates(), handed_in("mtime", late=True)) == f"{MARKED}: nothing is deducted"
    assert of("2024-05-17T17:00Z", dates(), handed_in("mtime", late=True), counts_mtime=True) is None


@pytest.mark.parametrize(
    ("when", "how", "expected"),
    [
        ("2024-05-17T19:00Z", handed_in("lms"), True),
        ("2024-05-17T17:00Z", handed_in("lms"), False),
        ("2024-05-17T17:00Z", handed_in("lms", late=True), True),
        ("2024-05-17T19:00Z", handed_in("mtime"), None),
        ("2024-05-17T17:00Z", handed_in("mtime", late=True), True),
        (None, handed_in("", "2024-05-20", late=True), None),
        ("2024-05-19T19:00Z", handed_in("mtime", "2024-05-20", late=True), None),
        ("2024-05-19T19:00Z", handed_in("lms", "2024-05-20", late=True), False),
        ("2024-05-21T19:00Z", handed_in("lms", "2024-05-20", late=True), True),
    ],
)
def test_who_is_late_and_of_whom_nobody_can_say(when: str | None, how: HandIn, expected: bool | None) -> None:
    assert is_late(of(when, dates(), how), how) is expected


# --- extensions --------------------------------------------------------------------------------


@pytest.mark.parametrize("own", ["2024-05-19", " 2024-05-19 ", "2024-05-19T23:59:59", "2024-05-19T21:59:59Z"])
def test_an_extension_takes_the_due_dates_place(own: str) -> None:
    said = dates("2024-05-17", zone="Europe/Berlin")
    assert due_of(said, own) == datetime(2024, 5, 19, 21, 59, 59, tzinfo=UTC)
    assert of("2024-05-19T23:59:59+02:00", said, handed_in(due=own)) is None
    assert sentence("2024-05-20T00:30:00+02:00", said, handed_in(due=own)) == (
        "30 minutes late (after an extension to 2024-05-19 23:59:59, Europe/Berlin), 1 day begun: 10 % of 10 points"
    )


def test_an_extension_is_never_earlier() -> None:
    assert of("2024-05-17T17:00Z", dates(), handed_in(due="2024-05-10")) is None
    assert sentence("2024-05-17T19:00Z", dates(), handed_in(due="2024-05-10")) == (
        "1 hour late, 1 day begun: 10 % of 10 points"
    )


def test_who_alone_has_a_due_date() -> None:
    assert sentence("2024-05-18T01:00Z", dates(None, "none"), handed_in(due="2024-05-17")) == (
        "1 hour late (after an extension to 2024-05-17 23:59:59, UTC): being late costs nothing"
    )


@pytest.mark.parametrize("own", ["soon", "2024-02-30", "17.5.2024", "9999-12-31", "0001-01-01T00:00+14:00", "\ud800"])
def test_an_extension_that_is_no_date(own: str) -> None:
    assert due_of(dates(), own) == due_of(dates())
    assert list(doubt(dates(), "2024-05-17T17:00Z", handed_in(due=own))) == [
        f"its own due date, {own}, is no date: the one of all counts"
    ]


# --- what is no date ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("2024-06-17T18:00:00", "has no time zone"),
        ("2024-06-17", "is none"),
        ("yesterday", "is none"),
        ("2024-13-17T18:00Z", "is none"),
        ("9999-12-31T23:59:59-12:00", "is none"),
        ("0001-01-01T00:00:00+14:00", "is none"),
    ],
)
def test_what_cannot_be_counted_with_costs_nothing_and_is_said(when: str, why: str) -> None:
    assert of(when, dates(late="zero")) is None
    told = f"the date of this submission, {when}, {why}: whether it is late is not known"
    assert list(doubt(dates(late="zero"), when, handed_in())) == [told]
    assert list(doubt(dates(None, "none"), when, handed_in())) == []


def test_the_future() -> None:
    now = datetime(2024, 5, 20, tzinfo=UTC)
    said = "the date of this submission, 2031-01-01T00:00Z, is in the future: whether it is late is not known"
    assert of("2031-01-01T00:00Z", dates(), seen_at=now) is None
    assert list(doubt(dates(), "2031-01-01T00:00Z", handed_in(), seen_at=now)) == [said]
    assert list(doubt(dates(), "2024-05-20T23:00Z", handed_in(), seen_at=now)) == []  # another machine's clock
    assert of("2024-05-20T23:00Z", dates(), seen_at=now) is not None
    assert of("2031-01-01T00:00Z", dates()) is not None


def test_nothing_is_doubtful_without_a_date() -> None:
    assert of(None, dates(late="zero")) is None
    assert list(doubt(dates(), None, handed_in())) == []


# --- in words ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 seconds"), (1, "1 second"), (59.9, "59 seconds"), (60, "1 minute"), (3599, "59 minutes"), (3600, "1 hour"),
     (172_799, "47 hours"), (172_800, "2 days"), (176_400, "2 days and 1 hour"), (864_000, "10 days")],
)  # fmt: skip
def test_lasting(seconds: float, words: str) -> None:
    assert lasting(seconds) == words


Late = Literal["none", "zero"] | dict[str, str]


@pytest.mark.parametrize(
    ("late", "more", "words"),
    [
        ("none", {}, "being late costs nothing"),
        ("zero", {"grace": "15min"}, "late work gets no points; 15 minutes of grace"),
        (A_DAY, {}, "10 % of the points for each day begun after the due date, at most 50 %"),
        (
            {"per_hour": "0.5%"},
            {"grace": "1h"},
            "0.5 % of the points for each hour begun after the due date; 1 hour of grace",
        ),
    ],
)
def test_policy(late: Late, more: dict[str, str], words: str) -> None:
    assert policy(dates(late=late, **more)) == words


def test_no_policy_without_a_due_date() -> None:
    assert policy(dates(None, "none")) == ""
