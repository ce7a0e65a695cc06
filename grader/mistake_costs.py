"""What each known mistake costs a class in points, and whom. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from grader.class_results import ClassResults
from grader.handin import Student
from grader.insight import Diagnosis
from grader.model import Result


@dataclass(frozen=True, slots=True)
class Loss:
    """A student who made a mistake."""

    student: Student
    submission: str
    """Id."""
    lost: float
    """Points that mending this mistake alone would give; 0 where another mistake hides the gain."""


@dataclass(frozen=True, slots=True)
class MistakeCost:
    """A known mistake: who made it, one entry per student (a group's hand-in counts for each of them)."""

    misconception: str
    title: str
    hint: str
    losses: Sequence[Loss]
    """In the order of the results."""
    is_named: bool = True
    """Whether the spec's `hints` let students know what the mistake is."""

    @property
    def students(self) -> int:
        """How many made it."""
        return len(self.losses)

    @property
    def lost(self) -> float:
        """Points, of all of them."""
        return round(sum(each.lost for each in self.losses), 2)

    @property
    def mean(self) -> float:
        """Points per student who made it."""
        return round(self.lost / self.students, 2)


def costs(class_: ClassResults) -> list[MistakeCost]:
    """Every mistake that somebody made, the one that costs the class most first. Goes through the results once.

    Where there are standings only submissions that count are looked at, else each result is a student's.
    """
    students: defaultdict[str, list[Student]] = defaultdict(list)
    for standing in class_.standings:
        if standing.submission is not None:
            students[standing.submission].append(standing.student)
    losses: defaultdict[str, list[Loss]] = defaultdict(list)
    words: dict[str, tuple[str, str, bool]] = {}
    for result in class_.results:
        id_ = result.submission.id
        for student in students[id_] if class_.standings else [_student(result)]:
            for each in result.diagnoses if result.status == "graded" else ():
                words.setdefault(each.misconception, (each.title, each.hint, result.hints == "name"))
                losses[each.misconception].append(Loss(student, id_, gain(result, each)))
    found = [
        MistakeCost(name, title, hint, tuple(losses[name]), is_named) for name, (title, hint, is_named) in words.items()
    ]
    return sorted(found, key=lambda cost: (-cost.lost, -cost.students, cost.misconception))


def gain(result: Result, diagnosis: Diagnosis) -> float:
    """Points that mending one mistake would give, before a penalty: being late is not what the mistake costs."""
    return round(max(0.0, diagnosis.score_if_mended - result.raw_score), 2)


def _student(result: Result) -> Student:
    known = result.submission.handed_in.student
    return known if known.name else Student(result.submission.student)
