"""How far a tolerance is from being wrong: too loose for mistakes to be seen, too tight for right solutions. Pure.

Outcomes are kept, so other tolerances cost no more runs. Both numbers of a tolerance are multiplied by one factor.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from grader.cases import Case
from grader.compare import Tolerance
from grader.conventions import Choice
from grader.diagnosis import Happened
from grader.exam import Exam
from grader.kill_matrix import MOST, Margins, Row
from grader.model import Outcome, Returned
from grader.verdicts import look

STEPS = 12
"""Halvings of the interval in which a factor is: then it is known to half a per cent."""
LEAST_LOOSER = 10.0
"""A mistake that passes with so much more tolerance was caught by luck: inputs differ from seed to seed."""
LEAST_SUMS = 10.0


def passes(exam: Exam, case: Case, choice: Choice, outcomes: Mapping[str, Outcome], factor: float) -> bool:
    """Whether a case would pass if its tolerance were `factor` times as wide."""
    returned = {name: outcome.values for name, outcome in outcomes.items() if isinstance(outcome, Returned)}
    if len(returned) < len(outcomes):
        return False
    wide = Tolerance(case.tolerance.rtol * factor, case.tolerance.atol * factor)
    expected = exam.key.expected.get((case.id, choice), {})
    findings = look(replace(case, tolerance=wide), case.readings[choice], returned, expected)
    return all(finding.passed for finding in findings)


def needed(exam: Exam, cases: Sequence[Case], choices: Choice, happened: Happened, least: float, most: float) -> float:
    """The smallest factor from `least` on with which all cases pass; inf when they do not even with `most`."""

    def all_pass(factor: float) -> bool:
        places = [(case, case.choice_among(choices)) for case in cases]
        return all(passes(exam, case, choice, happened[case.id, choice], factor) for case, choice in places)

    if all_pass(least):
        return least
    if not all_pass(most):
        return float("inf")
    for _ in range(STEPS):
        middle = (least * most) ** 0.5
        least, most = (least, middle) if all_pass(middle) else (middle, most)
    return most


def looser(exam: Exam, choices: Choice, mutants: Sequence[tuple[Row, Happened]]) -> tuple[float | None, str]:
    """How many times as wide the tolerance may be until a mutant passes the group that must catch it, and which.

    Mutants that pass whatever the tolerance are left out: no tolerance would tell them.
    """
    nearest, first = MOST, ""
    for row, happened in mutants:
        cases = [case for case in exam.cases_in_scope if case.group == row.caught_by]
        factor = needed(exam, cases, choices, happened, 1 / MOST, nearest)
        if 1 / MOST < factor < nearest or (not first and factor > 1 / MOST):
            nearest, first = min(factor, nearest), f"`{row.label}` on `{row.caught_by}`"
    return (nearest, first) if first else (None, "")


def tighter(exam: Exam, choices: Choice, happened: Happened | None) -> tuple[float | None, str]:
    """How many times as tight the tolerance may be until a right solution loses points, and on which case."""
    if happened is None:
        return None, ""
    worst, where = 1 / MOST, ""
    for case in _with_points(exam):
        factor = needed(exam, [case], choices, happened, worst, MOST)
        if factor > worst:
            worst, where = factor, case.id
    return (1 / worst if worst < float("inf") else 0.0), where


def _with_points(exam: Exam) -> list[Case]:
    worth = {group.id for group in exam.assignment.groups if group.points}
    return [case for case in exam.cases_in_scope if case.group in worth]


def objections(margins: Margins) -> Iterator[str]:
    """What is wrong with the tolerances."""
    if margins.looser is not None and margins.looser < 1:
        yield (
            f"the tolerance is too wide: {margins.first} passes, and would be caught with one "
            f"{1 / margins.looser:.2g} times as tight"
        )
    elif margins.looser is not None and margins.looser < LEAST_LOOSER:
        yield (
            f"the tolerance is nearly too wide: {margins.looser:.2g} times as wide, {margins.first} passes; "
            "make it tighter, or choose inputs on which the mistake shows more"
        )
    if margins.float32 is not None and margins.float32 < 1:
        yield (
            f"the tolerance is too tight: a right solution that computes in float32 loses `{margins.float32_at}`"
            + _by(margins.float32)
        )
    if margins.sums is not None and margins.sums < LEAST_SUMS:
        yield (
            f"the tolerance is too tight: a right solution that sums in another order is at its edge or beyond on "
            f"`{margins.sums_at}`" + _by(margins.sums)
        )


def _by(factor: float) -> str:
    return f" ({1 / factor:.2g} times as wide would do)" if 0 < factor < 1 else ""
