"""`override`: a correction by hand, with its reason, kept beside the results so that no regrade loses it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from grader import reporting
from grader.adjustments import validated
from grader.errors import UsageError, did_you_mean
from grader.handin import Override, Student, SubmissionInfo
from grader.model import Result
from grader.reports.safe import one_line, points
from grader.selection import on_roster
from grader.store import Store, Stored
from grader.stored_results import adjust, described, final, placed_by, policy_of, with_student


@dataclass(frozen=True)
class Corrected:
    """A submission's score, before and after a correction."""

    before: Result
    after: Result


def override(
    folder: Path, student: str, case: str | None, points: float | None, reason: str, now: datetime
) -> Corrected:
    """Correct a student's score or the points of one case; without points a correction is taken back.

    Raises UsageError, OutputError.
    """
    described(folder)
    with Store.open(folder) as store:
        row = find(store, student)
        before = _final(store, row)
        if points is not None:
            made = Override(points, reason.strip(), case, now.isoformat(timespec="seconds"))
            validated(made, before)
            store.override(row.info.id, made)
        elif not store.take_back(row.info.id, case):
            what = f" of `{case}`" if case else ""
            raise UsageError(f"{row.info.id}: there is no correction{what} to take back")
        about = store.about
        assert about is not None
        adjust(store, about, row, _info_of(store, row), store.overrides().get(row.info.id, ()))
        after = _final(store, row)
        reporting.write_files(store)
    return Corrected(before, after)


def in_words(done: Corrected) -> str:
    """What a correction came to."""
    scores = [points(each.score) if each.status == "graded" else "no score" for each in (done.before, done.after)]
    return f"{one_line(done.after.submission.id)}: {scores[0]} → {scores[1]} of {points(done.after.points)}"


def find(store: Store, student: str) -> Stored:
    """The submission of a student, by any of the names that are known; of several attempts the one that counts.

    Raises UsageError.
    """
    rows = list(store.rows())
    about = store.about
    students = placed_by(about, rows, store.overrides()).students if about is not None else {}
    known = {row.info.id: names(row, students.get(row.info.id)) for row in rows}
    found = [row for row in rows if row.info.id == student] or [row for row in rows if student in known[row.info.id]]
    if len(found) > 1:
        found = _counting(store, rows, found)
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"{student}: these are several: {', '.join(row.info.id for row in found)}; say which")
    handed_in = {row.info.id: _as_handed_in(row.info) for row in rows}
    if where := on_roster(student, (about.roster if about is not None else None) or (), handed_in, "correct"):
        raise UsageError(where)
    like = did_you_mean(student, set().union(*known.values()))
    raise UsageError(f"{store.path.parent}: there is no submission of `{student}`{like}")


def _as_handed_in(info: SubmissionInfo) -> Student:
    student = info.handed_in.student
    return student if student.name else replace(student, name=info.student)


def names(row: Stored, rostered: Student | None = None) -> set[str]:
    """All that a submission may be called by; `rostered` is its student as a roster knows him."""
    called = {row.info.id, row.info.student}
    for one in (row.info.handed_in.student, rostered):
        called |= {one.name, one.id, one.login, one.email, one.group} if one is not None else set()
    return called - {""}


def _counting(store: Store, rows: Sequence[Stored], found: Sequence[Stored]) -> list[Stored]:
    about = store.about
    assert about is not None
    counting = placed_by(about, rows, store.overrides()).counting
    return [row for row in found if row.info.id in counting]


def _final(store: Store, row: Stored) -> Result:
    about, judged = store.about, store.result(row.info.id)
    if about is None or judged is None:
        raise UsageError(f"{store.path}: {row.info.id} has no result; grade it again")
    overrides = store.overrides().get(row.info.id, ())
    return final(judged, _info_of(store, row), overrides, policy_of(about), row.graded_at, store.path)


def _info_of(store: Store, row: Stored) -> SubmissionInfo:
    about = store.about
    assert about is not None
    return with_student(row.info, placed_by(about, list(store.rows()), store.overrides()))
