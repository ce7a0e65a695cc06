"""By how much a submission is late, and what that costs: pure, exact, and never a guess.

A day is over when the clock of the spec's zone shows the due date's time again, so that the night in which clocks
change costs nobody a day. Fractions of a second do not count. Where a date is missing or cannot be true, nothing is
deducted, and a sentence says why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

from grader.handin import HandIn, Lateness
from grader.scoring import rounded
from grader.spec import Dates, PerTime
from grader.spec_fields import YEARS, zone_named

DAY = timedelta(days=1)
SLACK = DAY
"""By how much the clocks of two machines may differ before a date counts as one of the future."""
_DAY_ONLY = re.compile(r"\d{4}-\d\d-\d\d")


def late(
    dates: Dates,
    submitted_at: str | None,
    handed_in: HandIn,
    raw: Fraction,
    points: Fraction,
    *,
    counts_mtime: bool = False,
    seen_at: datetime | None = None,
) -> Lateness | None:
    """Lateness of a submission that earned `raw` of `points`; None: in time, or nothing is known (see `doubt`).

    The penalty is what it lowers the rounded score by: never more than was earned. `seen_at`: as for `doubt`.
    """
    submitted = _moment_of(submitted_at)
    is_dated = handed_in.dated_by in ("lms", "git") or (handed_in.dated_by == "mtime" and counts_mtime)
    if submitted is None or not is_dated:
        return _marked(dates, handed_in, raw) if handed_in.late else None
    due = due_of(dates, handed_in.student.due)
    if due is None or _is_ahead(submitted, seen_at):
        return None
    seconds = (submitted - due).total_seconds()
    if seconds <= dates.grace:
        return None
    how = f"{lasting(seconds)} late"
    if due != _deadline(dates.due, dates):
        how += f" (after an extension to {_shown(due, dates)})"
    cost, sentence = _cost(dates, due, submitted, points)
    return Lateness(seconds, _penalty(raw, cost if cost is not None else raw), f"{how}{sentence}")


def is_late(found: Lateness | None, handed_in: HandIn) -> bool | None:
    """Whether a submission is late, of which `late` says `found`; None: nobody can say.

    The LMS's mark holds but for an extension, of which the LMS may know nothing: there a date that counts decides.
    """
    if found is not None and found.seconds > 0:
        return True
    if handed_in.late:
        return True if not handed_in.student.due else None if found is not None else False
    return False if handed_in.dated_by in ("lms", "git") else None


def doubt(
    dates: Dates,
    submitted_at: str | None,
    handed_in: HandIn,
    *,
    counts_mtime: bool = False,
    seen_at: datetime | None = None,
) -> Iterator[str]:
    """Sentences on dates that cannot be counted with. `seen_at`: when the submission was certainly there already."""
    submitted = _moment_of(submitted_at)
    is_asked_for = handed_in.dated_by != "mtime" or counts_mtime
    if due_of(dates, handed_in.student.due) is not None and submitted_at and is_asked_for:
        if submitted is None:
            wrong = "has no time zone" if _local(submitted_at) is not None else "is none"
            yield f"the date of this submission, {submitted_at[:60]}, {wrong}: whether it is late is not known"
        elif _is_ahead(submitted, seen_at):
            yield f"the date of this submission, {submitted_at[:60]}, is in the future: whether it is late is not known"
    if handed_in.student.due and _own_due(dates, handed_in.student.due) is None:
        yield f"its own due date, {handed_in.student.due[:60]}, is no date: the one of all counts"


def due_of(dates: Dates, own: str = "") -> datetime | None:
    """The last second in time, without grace, in UTC; an extension counts where it is later."""
    everyones = _deadline(dates.due, dates)
    extended = _own_due(dates, own)
    return max((each for each in (everyones, extended) if each is not None), default=None)


def due_text(dates: Dates) -> str | None:
    """The due date in ISO 8601, with the offset of the spec's zone."""
    due = due_of(dates)
    return due.astimezone(zone_named(dates.zone)).isoformat() if due is not None else None


def policy(dates: Dates) -> str:
    """What being late costs, in a sentence; empty where no due date is set."""
    if dates.due is None:
        return ""
    grace = f"; {lasting(dates.grace)} of grace" if dates.grace else ""
    match dates.late:
        case "none":
            return f"being late costs nothing{grace}"
        case "zero":
            return f"late work gets no points{grace}"
        case PerTime():
            share, unit = _rate(dates.late)
            most = f", at most {percent(dates.late.most)}" if dates.late.most < 1 else ""
            return f"{percent(share)} of the points for each {unit} begun after the due date{most}{grace}"


# --- words ---------------------------------------------------------------------------------------


def lasting(seconds: float) -> str:
    """Such as `45 seconds`, `26 hours`, `3 days and 4 hours`: rounded down."""
    whole = int(seconds)
    if whole < 60:
        return _counted(whole, "second")
    if whole < 3600:
        return _counted(whole // 60, "minute")
    days, hours = divmod(whole // 3600, 24)
    if days < 2:
        return _counted(whole // 3600, "hour")
    return _counted(days, "day") + (f" and {_counted(hours, 'hour')}" if hours else "")


def percent(share: Fraction) -> str:
    """Such as `12.5 %`."""
    return f"{float(share * 100):.10g} %"


def _counted(number: int, unit: str) -> str:
    return f"{number:,} {unit}{'' if number == 1 else 's'}"


def _shown(moment: datetime, dates: Dates) -> str:
    return f"{moment.astimezone(zone_named(dates.zone)):%Y-%m-%d %H:%M:%S}, {dates.zone}"


# --- what it costs -------------------------------------------------------------------------------


def _marked(dates: Dates, handed_in: HandIn, raw: Fraction) -> Lateness:
    """Of what the LMS marked late, without a time that counts."""
    marked = "the LMS marked it late; by how much it does not say"
    if handed_in.student.due:
        marked += ", and it may be within the extension"
    if dates.late == "none":
        return Lateness(0.0, 0.0, f"{marked}: being late costs nothing")
    if dates.late != "zero" or handed_in.student.due:
        return Lateness(0.0, 0.0, f"{marked}: nothing is deducted")
    if dates.grace:
        return Lateness(
            0.0, 0.0, f"{marked}, and it may be within {lasting(dates.grace)} of grace: nothing is deducted"
        )
    return Lateness(0.0, _penalty(raw, raw), "the LMS marked it late: late work gets no points")


def _cost(dates: Dates, due: datetime, submitted: datetime, points: Fraction) -> tuple[Fraction | None, str]:
    """Points, and the rest of the sentence; None: all that was earned."""
    match dates.late:
        case "none":
            return Fraction(0), ": being late costs nothing"
        case "zero":
            return None, ": late work gets no points"
        case PerTime():
            share, unit = _rate(dates.late)
            begun = _days_begun(due, submitted, dates) if unit == "day" else -(-(submitted - due) // timedelta(hours=1))
            taken = min(share * begun, dates.late.most)
            most = ", the most that is taken off" if share * begun > dates.late.most else ""
            of = f"{percent(taken)} of {float(points):.10g} points{most}"
            return taken * points, f", {_counted(begun, unit)} begun: {of}"


def _rate(late: PerTime) -> tuple[Fraction, str]:
    return (late.per_day, "day") if late.per_day is not None else (late.per_hour or Fraction(0), "hour")


def _days_begun(due: datetime, submitted: datetime, dates: Dates) -> int:
    """At least 1; the n-th day is over when the zone's clock shows the due date's time n days later."""
    wall = due.astimezone(zone_named(dates.zone)).replace(tzinfo=None)
    days = max(1, (submitted - due) // DAY - 1)  # not too many, whatever clocks did since
    while _latest(wall + days * DAY, dates) < submitted:
        days += 1
    return days


def _penalty(raw: Fraction, cost: Fraction) -> float:
    """What takes a rounded raw score to the score, so that the three add up wherever they are shown."""
    return rounded(Fraction(str(rounded(raw))) - Fraction(str(rounded(max(Fraction(0), raw - cost)))))


# --- moments -------------------------------------------------------------------------------------


def _moment_of(text: str | None) -> datetime | None:
    """To the second, in UTC; None: it has no zone, or is no time."""
    found = _local(text or "")
    return found.astimezone(UTC) if found is not None and found.tzinfo is not None else None


def _local(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    is_usable = not _DAY_ONLY.fullmatch(text) and found.year in YEARS
    return found.replace(microsecond=0) if is_usable else None


def _is_ahead(submitted: datetime, seen_at: datetime | None) -> bool:
    return seen_at is not None and submitted > seen_at + SLACK


def _own_due(dates: Dates, text: str) -> datetime | None:
    if _DAY_ONLY.fullmatch(text.strip()):
        try:
            day = date.fromisoformat(text.strip())
        except ValueError:
            return None
        return _deadline(day, dates) if day.year in YEARS else None
    return _deadline(_local(text.strip()), dates)


def _deadline(due: date | datetime | None, dates: Dates) -> datetime | None:
    """In UTC; of a day its last second."""
    if due is None:
        return None
    wall = due if isinstance(due, datetime) else datetime.combine(due, time(23, 59, 59))
    return _latest(wall, dates) if wall.tzinfo is None else wall.astimezone(UTC)


def _latest(wall: datetime, dates: Dates) -> datetime:
    """In UTC: when the zone's clock shows this; where it does so twice, or never, the later of what may be meant."""
    zone = zone_named(dates.zone)
    return max(wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
