"""A class, as every report sees it: results that can be gone through again and again, and a line per student."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

from grader.handin import Student
from grader.model import Result


@dataclass(frozen=True, slots=True)
class Standing:
    """What is to be entered for one student: a row of every gradebook. One hand-in of a group makes a row for each.

    `raw_score`, `penalty` and `score` are None unless `status` is "graded": nobody enters a 0 that nobody gave.
    """

    student: Student
    status: Literal["graded", "ungraded", "missing"]
    submission: str | None = None
    """Id of the one that counts; None when nothing was handed in."""
    path: str = ""
    submitted_at: str | None = None
    raw_score: float | None = None
    penalty: float | None = None
    score: float | None = None
    points: float = 10.0
    attempts: int = 1
    reason: str = ""
    """The first reason for lost points, or why there is no score."""
    overridden: bool = False
    upload: str = ""
    """As in `HandIn`."""
    is_late: bool = False
    """Certainly so: by a date that counts, or by the LMS's word where nothing speaks against it."""
    on_roster: bool = True
    """False: handed in by nobody on the roster there is."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A result as a store has it. To unpack it costs as much as a report on it."""

    id: str
    key: bytes
    """All that the result is made of, corrections too, or a digest of it: it differs whenever the result does."""
    unpack: Callable[[], Result]
    """Can be pickled, such as a `partial` of a top-level function: other processes may call it."""


@runtime_checkable
class PackedResults(Protocol):
    """`ClassResults.results` of a store: reports unpack what has changed, each result once, in any process."""

    def __iter__(self) -> Iterator[Result]:
        """Unpacked, sorted by id."""

    def ids(self) -> Iterable[str]:
        """In the same order."""

    def packed(self) -> Iterator[Packed]:
        """In the same order."""


@dataclass(frozen=True)
class ClassResults:
    """All that reports of a class are made from.

    `results` are those that count (one for each student or group, unless all attempts were asked for), sorted by id;
    iterating them reads them from the store one by one, so nobody makes a list of them. See `PackedResults`.
    """

    results: Iterable[Result]
    standings: Sequence[Standing] = ()
    """By the student's name; of the roster, or where there is none of those who handed in. Then those of `unknown`."""
    unknown: Sequence[str] = ()
    """Ids of submissions of nobody on the roster."""
    layout: str = ""
    """How the submissions came, such as "canvas"; empty: not known."""
    due: str | None = None
    """ISO 8601."""
    policy: str = ""
    """What being late costs, in a sentence."""
    title: str = ""
    assignment: str = ""
    points: float = 10.0
    misconceptions: Sequence[tuple[str, str]] = field(default=())
    """Id and title of every mistake that the spec knows."""
    is_partial: str = ""
    """Why these may not be all who handed in, such as "only part 1/2 of the class": then nobody is `missing`."""
    outstanding: int = 0
    """Submissions that are not graded yet, after an interruption."""
