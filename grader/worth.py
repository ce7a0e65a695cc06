"""What cases are worth: those that measure little may not carry the points; each should be for something. Pure.

A case is judged by what its functions can show: the mutants that some case fails which calls no other functions. One
that lets most of these pass measures little, whatever its numbers are. Points of a group with `award: all` are given
for all its cases together, so they are judged together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from grader.cases import Case
from grader.exam import Exam
from grader.kill_matrix import Automatic, CaseRow, Row
from grader.model import CaseResult

FEW = 0.5
"""Share of the mutants that a case could show below which it measures little. Of known ones, measured: two tokens and
one head each show two thirds, one token a third, good draws all."""
MOST_POINTS = 0.4
"""Share of the points that such cases may carry: who keeps them and nothing else must not come near to passing."""


def case_rows(
    exam: Exam,
    results: Sequence[CaseResult],
    rows: Sequence[Row],
    automatic: Sequence[Automatic],
    flawed: Mapping[str, Sequence[str]],
) -> tuple[CaseRow, ...]:
    """A row for each case; `results` are the reference's, `flawed` says what is wrong with inputs, by case."""
    worth = {result.id: float(result.possible) for result in results}
    killed = {case.id: {number for number, row in enumerate(rows) if case.id in row.loses} for case in exam.cases}
    units = _units(exam)
    needed = _needed(units, worth, [*(row.loses for row in rows), *(mutant.loses for mutant in automatic)])
    every = {group.id for group in exam.assignment.groups if group.award == "all"}
    found = []
    for case in exam.cases_in_scope:
        mine = [other for other in exam.cases_in_scope if other.group == case.group] if case.group in every else [case]
        shows = set[int]().union(*(killed[other.id] for other in exam.cases_in_scope if _calls(other) <= _calls(case)))
        kills = set[int]().union(*(killed[other.id] for other in mine))
        reasons = list(_why(exam, case, len(kills), len(shows)))
        if all(other.id in flawed for other in mine):
            reasons += flawed[case.id]
        found.append(
            CaseRow(case.id, worth[case.id], len(killed[case.id]), len(shows), tuple(reasons), units[case.id] in needed)
        )
    return tuple(found)


def _calls(case: Case) -> frozenset[str]:
    return frozenset(step.function for reading in case.readings.values() for step in reading.runs[""].steps)


def _why(exam: Exam, case: Case, kills: int, shows: int) -> Iterator[str]:
    if kills < FEW * shows:
        yield f"{shows - kills} of {shows} known mistakes pass"
    elif kills < shows and (ones := _ones(exam, case)):
        yield f"its size {' and '.join(ones)} is 1, and {shows - kills} of {shows} known mistakes pass"


def _ones(exam: Exam, case: Case) -> list[str]:
    conventions = exam.assignment.conventions.values()
    chosen = {name for convention in conventions for choice in convention.choices.values() for name in choice.names}
    sizes = next(iter(case.readings.values())).layout.sizes
    return [f"`{name}`" for name, size in sizes.items() if size == 1 and name not in chosen]


# --- is each there for something? ------------------------------------------------------------------


def _units(exam: Exam) -> dict[str, str]:
    """By case: what is there or not as a whole, all draws of a case, or all of a group with `award: all`."""
    every = {group.id for group in exam.assignment.groups if group.award == "all"}
    return {
        case.id: case.group if case.group in every else re.sub(r"\.\d+$", "", case.id) for case in exam.cases_in_scope
    }


def _needed(units: Mapping[str, str], worth: Mapping[str, float], losses: Sequence[Sequence[str]]) -> set[str]:
    """Units without which a mutant would lose no points."""
    lost = [{units[case] for case in cases if worth[case]} for cases in losses]
    return set[str]().union(*(names for names in lost if len(names) == 1))


def spare(exam: Exam, rows: Sequence[CaseRow]) -> list[str]:
    """Units with points that fail no mutant that others let pass; not the statement's own examples."""
    units = _units(exam)
    examples = {units[case.id] for case in exam.cases_in_scope if isinstance(case.expect, Mapping)}
    return [
        unit
        for unit in dict.fromkeys(units[row.id] for row in rows if row.points and not row.needed)
        if unit not in examples
    ]


# --- what falls short ------------------------------------------------------------------------------


def dominating(rows: Sequence[CaseRow], points: float) -> Iterator[str]:
    """Cases that measure little and carry too much."""
    carried = sum(row.points for row in rows if row.degenerate)
    if carried > MOST_POINTS * points:
        by_group = {row.id.partition(".")[0]: row.degenerate[0] for row in rows if row.degenerate and row.points}
        which = ", ".join(f"`{group}` ({why})" for group, why in by_group.items())
        yield (
            f"{carried:g} of {points:g} points are for cases that measure little (at most {MOST_POINTS * points:g} "
            f"should be): {which}"
        )
