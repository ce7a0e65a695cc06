"""Verdicts → exact points: each group's points shared among its cases, awards, what one group implies of another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from grader.model import CaseResult, GroupResult, Verdict
from grader.spec import Assignment, Group


@dataclass(frozen=True)
class Score:
    """Points of one submission, exact."""

    groups: tuple[GroupResult, ...]
    cases: tuple[CaseResult, ...]

    @cached_property
    def earned(self) -> Fraction:
        """Sum over the groups."""
        return sum((group.earned for group in self.groups), Fraction(0))

    @cached_property
    def possible(self) -> Fraction:
        """Sum over the groups."""
        return sum((group.possible for group in self.groups), Fraction(0))


def score(assignment: Assignment, cases: Sequence[CaseResult], sizes: Mapping[str, int]) -> Score:
    """Points for cases whose verdicts are known; `sizes` is the number of all cases of each group.

    Where only the public cases were run, a group can earn its public cases' share.
    """
    by_group: dict[str, list[CaseResult]] = {group.id: [] for group in assignment.groups}
    for case in cases:
        by_group.get(case.id.partition(".")[0], []).append(case)
    groups: dict[str, GroupResult] = {}
    scored: dict[str, list[CaseResult]] = {}
    for group in assignment.groups:
        scored[group.id], groups[group.id] = _award(group, by_group[group.id], sizes[group.id])
    for group in assignment.groups:
        implying = groups.get(group.implied_by or "")
        mine = groups[group.id]
        whole = implying is not None and len(by_group[implying.id]) == sizes[implying.id]
        if implying is None or not whole or implying.earned < implying.possible or mine.earned == mine.possible:
            continue
        scored[group.id] = [replace(case, earned=case.possible) for case in scored[group.id]]
        groups[group.id] = replace(mine, earned=mine.possible, implied_by=implying.id)
    return Score(tuple(groups.values()), tuple(case for group in scored.values() for case in group))


def _award(group: Group, cases: list[CaseResult], size: int) -> tuple[list[CaseResult], GroupResult]:
    share = group.points / size if size else Fraction(0)
    passed = [case.verdict is Verdict.PASSED for case in cases]
    count = sum(passed) if all(passed) or group.award == "proportional" else 0
    scored = [
        replace(case, possible=share, earned=share if ok and count else Fraction(0))
        for case, ok in zip(cases, passed, strict=True)
    ]
    return scored, GroupResult(group.id, group.title or group.id, share * count, share * len(cases))


def rounded(points: Fraction) -> float:
    """To two decimals, halves up; the only rounding, at the very end."""
    return ((points * 100 + Fraction(1, 2)) // 1) / 100
