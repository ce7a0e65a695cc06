"""A judged result → the result that is entered: corrections by hand, then what being late costs. Pure.

Points of a case that were corrected count before a penalty, a score that was corrected after all: nothing changes it.
A correction changes what it names and nothing else: `implied_by` and `award: all` are not worked out anew from it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from fractions import Fraction

from grader.errors import UsageError, did_you_mean
from grader.handin import Override
from grader.lateness import doubt, late
from grader.model import CaseResult, GroupResult, Result, Verdict
from grader.scoring import rounded
from grader.spec import Dates

LONGEST_REASON = 500


def adjusted(
    result: Result,
    dates: Dates,
    overrides: Sequence[Override],
    counts_mtime: bool = False,
    seen_at: datetime | None = None,
) -> Result:
    """The result with corrections and penalty; the same again when it is done twice.

    Of two corrections of the same thing the later in order counts. `seen_at`: as in `lateness.doubt`.
    """
    result, applied = _with_cases(result, {each.case: each for each in overrides if each.case is not None})
    info, raw = result.submission, _exact(result.raw_score, (group.earned for group in result.groups))
    points = _exact(result.points, (group.possible for group in result.groups))
    found = late(dates, info.submitted_at, info.handed_in, raw, points, counts_mtime=counts_mtime, seen_at=seen_at)
    said = doubt(dates, info.submitted_at, info.handed_in, counts_mtime=counts_mtime, seen_at=seen_at)
    result = _noted(result, said)
    penalty = found.penalty if found is not None and result.status == "graded" else 0.0
    score = float(_fraction(result.raw_score) - _fraction(penalty))
    result = replace(result, lateness=found, penalty=penalty, score=score, overrides=applied)
    whole = [each for each in overrides if each.case is None]
    return _with_score(result, whole[-1]) if whole else result


def validated(override: Override, result: Result) -> None:
    """Raises UsageError when this correction of this result makes no sense."""
    reason = override.reason
    if not reason.strip():
        raise UsageError("a correction needs a reason: say it with --reason, its student reads it")
    if not reason.isprintable():
        raise UsageError("the reason holds a line break or a character that cannot be shown: write one line of text")
    if len(reason) > LONGEST_REASON:
        raise UsageError(f"the reason is longer than {LONGEST_REASON} characters")
    if not math.isfinite(override.points) or override.points < 0:
        raise UsageError(f"{override.points} is no number of points: it must be 0 or more")
    most, what = result.points, "the assignment"
    if override.case is not None:
        most, what = rounded(_case(result, override.case).possible), f"`{override.case}`"
        if result.status == "ungraded":
            raise UsageError("it could not be graded: there are no points of a case to correct; give the score itself")
    if override.points > most:
        raise UsageError(f"{override.points:.10g} is more than {what} is worth, {most:.10g} points")


def _case(result: Result, id_: str) -> CaseResult:
    cases = {case.id: case for case in result.cases}
    if id_ not in cases:
        raise UsageError(f"there is no case `{id_}`{did_you_mean(id_, cases) or '; there are: ' + ', '.join(cases)}")
    return cases[id_]


# --- points of cases -----------------------------------------------------------------------------


def _with_cases(result: Result, corrections: dict[str, Override]) -> tuple[Result, tuple[Override, ...]]:
    """The result with these cases' points, and the corrections that are in it."""
    known = {case.id for case in result.cases}
    can = result.status == "graded" and any(case.verdict is not Verdict.UNGRADED for case in result.cases)
    applied = {id_: each for id_, each in corrections.items() if can and id_ in known}
    why = "there is no such case in this result" if can else "the submission could not be graded"
    left = (
        f"the correction by hand of `{id_}` ({each.reason}) is not in these points: {why}"
        for id_, each in corrections.items()
        if id_ not in applied
    )
    result = _noted(result, left)
    if not applied:
        return result, ()
    cases = tuple(_corrected(case, applied.get(case.id)) for case in result.cases)
    touched = {id_.partition(".")[0] for id_ in applied}
    groups = tuple(_summed(group, cases) if group.id in touched else group for group in result.groups)
    score = rounded(sum((group.earned for group in groups), Fraction(0)))
    return replace(result, cases=cases, groups=groups, raw_score=score), tuple(applied.values())


def _corrected(case: CaseResult, override: Override | None) -> CaseResult:
    """Never more than the case is worth now. What is shown as all of its points is all of them, 1.67 of 5/3."""
    if override is None:
        return case
    is_all = override.points >= rounded(case.possible)
    return replace(case, earned=case.possible if is_all else min(_fraction(override.points), case.possible))


def _summed(group: GroupResult, cases: Sequence[CaseResult]) -> GroupResult:
    mine = (case.earned for case in cases if case.id.partition(".")[0] == group.id)
    return replace(group, earned=sum(mine, Fraction(0)))


# --- the score -----------------------------------------------------------------------------------


def _with_score(result: Result, override: Override) -> Result:
    """Set by hand; never more than the assignment is worth now."""
    score = rounded(min(_fraction(override.points), _fraction(result.points)))
    if result.status == "ungraded":
        result = _noted(result, ["it could not be graded: the score was given by hand"])
    return replace(result, status="graded", score=score, overrides=(*result.overrides, override))


def _noted(result: Result, notes: Iterable[str]) -> Result:
    new = [note for note in notes if note not in result.notes]
    return replace(result, notes=(*result.notes, *new)) if new else result


def _exact(shown: float, parts: Iterable[Fraction]) -> Fraction:
    """The sum of the parts, where it is what is shown; a result may come without its groups."""
    whole = sum(parts, Fraction(0))
    return whole if rounded(whole) == shown else _fraction(shown)


def _fraction(points: float) -> Fraction:
    """As it is written: 0.1 is one tenth."""
    return Fraction(str(points))
