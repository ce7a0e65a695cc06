"""Verdicts → exact points: each group's points shared among its cases, awards, what one group implies of another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from grader.model import CaseResult, GroupResult, Verdict
from grader.spec import Assignment, Group


@dataclass(frozen=True)
class Score:
    """Points of one submission, exact."""

    groups: tuple[GroupResult, ...]
    cases: tuple[CaseResult, ...]

    @property
    def earned(self) -> Fraction:
        """Sum over the groups."""
        return sum((group.earned for group in self.groups), Fraction(0))

    @property
    def possible(self) -> Fraction:
        """Sum over the groups."""
        return sum((group.possible for group in self.groups), Fraction(0))


def score(assignment: Assignment, cases: Sequence[CaseResult], sizes: Mapping[str, int]) -> Score:
    """Points for cases whose verdicts are known; `sizes` is the number of all cases of each group.

    Where only the public cases were run, a group can earn its public cases' share.
    """
    by_group = {group.id: [c for c in cases if c.id.partition(".")[0] == group.id] for group in assignment.groups}
    groups: dict[str, GroupResult] = {}
    scored: dict[str, list[CaseResult]] = {}
    for group in assignment.groups:
        scored[group.id] = _award(group, by_group[group.id], sizes[group.id])
        groups[group.id] = _sum(group, scored[group.id])
    for group in assignment.groups:
        implying = groups.get(group.implied_by or "")
        mine = groups[group.id]
        whole = implying is not None and len(by_group[implying.id]) == sizes[implying.id]
        if implying is None or not whole or implying.earned < implying.possible or mine.earned == mine.possible:
            continue
        scored[group.id] = [replace(case, earned=case.possible) for case in scored[group.id]]
        groups[group.id] = replace(mine, earned=mine.possible, implied_by=implying.id)
    return Score(tuple(groups.values()), tuple(case for group in scored.values() for case in group))


def _award(group: Group, cases: list[CaseResult], size: int) -> list[CaseResult]:
    share = group.points / size if size else Fraction(0)
    passed = [case.verdict is Verdict.PASSED for case in cases]
    every = all(passed) or group.award == "proportional"
    return [
        replace(case, possible=share, earned=share if ok and every else Fraction(0))
        for case, ok in zip(cases, passed, strict=True)
    ]


def _sum(group: Group, cases: list[CaseResult]) -> GroupResult:
    earned = sum((case.earned for case in cases), Fraction(0))
    possible = sum((case.possible for case in cases), Fraction(0))
    return GroupResult(group.id, group.title or group.id, earned, possible)


def rounded(points: Fraction) -> float:
    """To two decimals, halves up; the only rounding, at the very end."""
    return ((points * 100 + Fraction(1, 2)) // 1) / 100
