"""What the class's page keeps of a class: a light row for each submission, and matrices of points and verdicts.

Results are gone through once, with all other reports, and let go: of ten thousand only this stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from grader.class_results import ClassResults, Standing
from grader.handin import DatedBy, Override, Student
from grader.lateness import is_late
from grader.mistake_costs import gain
from grader.model import CaseResult, Result, Verdict
from grader.reports.parts import Job
from grader.reports.reading import first_reason, group_of

MOST_REASON = 300
"""Characters: an exception's text may be a megabyte."""
VERDICTS = tuple(Verdict)
_NUMBERS = {verdict: number for number, verdict in enumerate(VERDICTS)}
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
    page: str
    """Name of its student's page, without suffix."""
    status: Literal["graded", "ungraded"]
    raw_score: float
    penalty: float
    score: float
    points: float
    seconds: float
    submitted_at: str | None
    dated_by: DatedBy
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


@dataclass(frozen=True, slots=True)
class Part:
    """What is taken from one result."""

    row: Seen
    cases: tuple[tuple[Case, float, int], ...]
    """With the points earned, and the place of its verdict in VERDICTS; none without a score."""
    facts: tuple[tuple[str, str], ...]
    """How it was graded: what, how."""


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
    """Without those of nobody on the roster."""
    facts: Mapping[str, str]
    """As the first submission says them."""

    def by_id(self) -> dict[str, Seen]:
        """The submissions."""
        return {row.id: row for row in self.seen}


def part(result: Result, job: Job) -> Part:
    """What the page needs of a result."""
    titles = {group.id: group.title for group in result.groups}
    cases = tuple(
        (_case(case, titles), float(case.earned), _NUMBERS[case.verdict])
        for case in (result.cases if result.status == "graded" else ())
    )
    return Part(_seen(result, job), cases, _facts(result))


class Table:
    """Takes parts as they come; a case that no submission had before is a new column."""

    def __init__(self) -> None:
        self._seen: list[Seen] = []
        self._cases: dict[str, Case] = {}
        self._facts: Mapping[str, str] = {}
        self._earned: list[NDArray[np.float64]] = []
        self._verdicts: list[NDArray[np.int8]] = []

    def add(self, part: Part) -> None:
        """One more submission."""
        self._seen.append(part.row)
        self._facts = self._facts or dict(part.facts)
        for case, _, _ in part.cases:
            self._cases.setdefault(case.id, case)
        found = {case.id: (earned, verdict) for case, earned, verdict in part.cases}
        here = [found.get(id_, (np.nan, NO_CASE)) for id_ in self._cases]
        self._earned.append(np.array([earned for earned, _ in here]))
        self._verdicts.append(np.array([verdict for _, verdict in here], dtype=np.int8))

    def rows(self, class_: ClassResults) -> Rows:
        """All of them."""
        order = sorted(range(len(self._seen)), key=lambda n: (self._seen[n].id, self._seen[n].page))
        seen = tuple(self._seen[n] for n in order)
        everybody = class_.standings or tuple(map(_standing, seen))
        standings = tuple(standing for standing in everybody if standing.on_roster)
        entered = {standing.submission for standing in standings} | set(class_.unknown)
        shape = len(order), len(self._cases)
        earned, verdicts = np.full(shape, np.nan), np.full(shape, NO_CASE, dtype=np.int8)
        for row, n in enumerate(order):
            earned[row, : self._earned[n].size] = self._earned[n]
            verdicts[row, : self._verdicts[n].size] = self._verdicts[n]
        counts = np.array([row.status == "graded" and row.id in entered for row in seen], dtype=bool)
        return Rows(seen, tuple(self._cases.values()), earned, verdicts, counts, standings, self._facts)


def _case(case: CaseResult, titles: Mapping[str, str]) -> Case:
    group = group_of(case)
    return Case(case.id, group, titles.get(group) or group, float(case.possible), case.visibility == "hidden")


def _seen(result: Result, job: Job) -> Seen:
    info = result.submission
    late = result.lateness
    return Seen(
        id=info.id,
        student=info.handed_in.student.name or info.student or info.id,
        path=info.path,
        page=job.stem,
        status=result.status,
        raw_score=result.raw_score,
        penalty=result.penalty,
        score=result.score,
        points=result.points,
        seconds=result.seconds,
        submitted_at=info.submitted_at,
        dated_by=info.handed_in.dated_by,
        attempt=info.handed_in.attempt,
        is_late=is_late(late, info.handed_in) is True,
        lateness=late.sentence if late else "",
        overrides=result.overrides,
        mistakes=tuple(
            Mended(each.misconception, each.title, gain(result, each))
            for each in result.diagnoses
            if result.status == "graded"
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


def _facts(result: Result) -> tuple[tuple[str, str], ...]:
    return (
        ("Assignment", result.assignment),
        ("Seed of all inputs", str(result.seed)),
        ("Isolation", result.isolation.tier),
        ("Grader", result.grader),
        ("Spec (SHA-256)", result.spec_sha256),
    )


def wrong(rows_: Rows) -> NDArray[np.bool_]:
    """Submissions × cases: whether the case is there and was not passed, points or not."""
    found = (rows_.verdicts != NO_CASE) & (rows_.verdicts != _NUMBERS[Verdict.PASSED])
    return np.asarray(found, dtype=np.bool_)
