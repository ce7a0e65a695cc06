"""What the class's page keeps of a class: a light row for each submission, and matrices of points and verdicts.

Results are gone through once and let go: of ten thousand only this stays, some kilobytes each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from grader.class_results import ClassResults, Standing
from grader.handin import Student
from grader.model import CaseResult, GroupResult, Override, Result, Verdict
from grader.reports import files
from grader.reports.reading import first_reason, group_of

MOST_REASON = 300
"""Characters: an exception's text may be a megabyte."""
VERDICTS = tuple(Verdict)
NO_CASE = -1
"""In the matrix of verdicts: this submission has no such case."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A known mistake of a submission, and what it costs."""

    misconception: str
    title: str
    gain: float
    """Points that mending it alone would give."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A submission."""

    id: str
    student: str
    path: str
    sha256: str
    status: Literal["graded", "ungraded"]
    raw_score: float
    penalty: float
    score: float
    points: float
    seconds: float
    submitted_at: str | None
    attempt: int
    is_late: bool
    lateness: str
    """By how much and what that costs, in a sentence; empty where only the LMS says that it is late."""
    overrides: tuple[Override, ...]
    mistakes: tuple[Mended, ...]
    reason: str
    """The first reason for lost points, or why there is no score; in a line."""


@dataclass(frozen=True, slots=True)
class Case:
    """A column of the matrices."""

    id: str
    group: str
    group_title: str
    possible: float
    is_hidden: bool


@dataclass(frozen=True)
class Rows:
    """A class."""

    seen: tuple[Seen, ...]
    """By id, whatever the order of grading."""
    cases: tuple[Case, ...]
    earned: NDArray[np.float64]
    """Submissions × cases; NaN where there is no such case."""
    verdicts: NDArray[np.int8]
    """Submissions × cases: the place in VERDICTS, or NO_CASE."""
    counts: NDArray[np.bool_]
    """Submissions: whether it is graded, and the one that counts for its student."""
    standings: tuple[Standing, ...]
    pages: dict[str, str]
    """Id of a submission → file name (no suffix) of its student's page."""
    facts: dict[str, str]
    """How the class was graded, as the first result says it."""

    def by_id(self) -> dict[str, Seen]:
        """The submissions."""
        return {row.id: row for row in self.seen}


def rows(class_: ClassResults) -> Rows:
    """Go through the results, once."""
    table = _Table()
    for result in class_.results:
        table.add(result)
    order = sorted(range(len(table.seen)), key=lambda n: (table.seen[n].id, table.seen[n].path, table.seen[n].sha256))
    seen = tuple(table.seen[n] for n in order)
    standings = tuple(class_.standings) or tuple(map(_standing, seen))
    entered = {standing.submission for standing in standings} | set(class_.unknown)
    earned, verdicts = table.matrices(order)
    return Rows(
        seen=seen,
        cases=tuple(table.cases.values()),
        earned=earned,
        verdicts=verdicts,
        counts=np.array([row.status == "graded" and row.id in entered for row in seen], dtype=bool),
        standings=standings,
        pages=files.names(row.id for row in seen),
        facts=table.facts,
    )


class _Table:
    """Rows as they come; a case that no submission had before is a new column."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.cases: dict[str, Case] = {}
        self.facts: dict[str, str] = {}
        self._points: list[NDArray[np.float64]] = []
        self._verdicts: list[NDArray[np.int8]] = []

    def add(self, result: Result) -> None:
        """One more submission."""
        self.seen.append(_seen(result))
        self.facts = self.facts or _facts(result)
        titles = {group.id: group for group in result.groups}
        for case in result.cases if result.status == "graded" else ():
            if case.id not in self.cases:
                self.cases[case.id] = _case(case, titles)
        found = {case.id: case for case in result.cases}
        here = [found.get(id_) for id_ in self.cases]
        self._points.append(np.array([float(case.earned) if case else np.nan for case in here]))
        self._verdicts.append(np.array([VERDICTS.index(c.verdict) if c else NO_CASE for c in here], dtype=np.int8))

    def matrices(self, order: Sequence[int]) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
        """Points and verdicts, with the rows in this order."""
        shape = len(order), len(self.cases)
        earned, verdicts = np.full(shape, np.nan), np.full(shape, NO_CASE, dtype=np.int8)
        for row, n in enumerate(order):
            earned[row, : self._points[n].size] = self._points[n]
            verdicts[row, : self._verdicts[n].size] = self._verdicts[n]
        return earned, verdicts


def _case(case: CaseResult, groups: dict[str, GroupResult]) -> Case:
    group = group_of(case)
    title = groups[group].title if group in groups else group
    return Case(case.id, group, title, float(case.possible), case.visibility == "hidden")


def _seen(result: Result) -> Seen:
    info = result.submission
    late = result.lateness
    return Seen(
        id=info.id,
        student=info.handed_in.student.name or info.student or info.id,
        path=info.path,
        sha256=info.sha256,
        status=result.status,
        raw_score=result.raw_score,
        penalty=result.penalty,
        score=result.score,
        points=result.points,
        seconds=result.seconds,
        submitted_at=info.submitted_at,
        attempt=info.handed_in.attempt,
        is_late=info.handed_in.late or (late is not None and late.seconds > 0),
        lateness=late.sentence if late else "",
        overrides=result.overrides,
        mistakes=tuple(
            Mended(each.misconception, each.title, max(0.0, each.score_if_mended - result.raw_score))
            for each in result.diagnoses
        ),
        reason=first_reason(result)[:MOST_REASON],
    )


def _standing(row: Seen) -> Standing:
    """Of a class without a roster, and without anybody who made one."""
    is_graded = row.status == "graded"
    return Standing(
        Student(row.student),
        row.status,
        submission=row.id,
        path=row.path,
        submitted_at=row.submitted_at,
        raw_score=row.raw_score if is_graded else None,
        penalty=row.penalty if is_graded else None,
        score=row.score if is_graded else None,
        points=row.points,
        attempts=row.attempt,
        reason=row.reason,
        overridden=bool(row.overrides),
    )


def _facts(result: Result) -> dict[str, str]:
    return {
        "Assignment": result.assignment,
        "Seed of all inputs": str(result.seed),
        "Isolation": result.isolation.tier,
        "Grader": result.grader,
        "Spec (SHA-256)": result.spec_sha256,
    }


def wrong(rows_: Rows) -> NDArray[np.bool_]:
    """Submissions × cases: whether the case is there and was not passed, points or not."""
    passed = VERDICTS.index(Verdict.PASSED)
    return (rows_.verdicts != NO_CASE) & (rows_.verdicts != passed)
