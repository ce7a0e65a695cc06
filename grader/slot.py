"""One slot of a batch: grades a submission, keeps what its workers answered, and never fails because of it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal

from grader import engines, judge, recording, records
from grader.adjustments import adjusted
from grader.errors import HarnessError
from grader.exam import Exam
from grader.handin import Override, Submission
from grader.judge import Graded
from grader.lateness import is_late
from grader.locations import BEGIN
from grader.model import Result, Verdict
from grader.recording import Record, RecordingRunner
from grader.reports.reading import first_reason
from grader.runner import LocalRunner, NotRecorded
from grader.store import Kept, Stored

LARGEST_RECORD = 4 * 1024 * 1024
"""Bytes in the store that the answers of one submission may have: what code returns is its own to choose."""
LARGEST_ANSWERS = 4 * LARGEST_RECORD
"""Bytes of arrays that are worth trying to fit in there."""

Kind = Literal["full", "partial", "none", "ungraded"]


@dataclass(frozen=True)
class Work:
    """A submission to grade, with what is known of it."""

    submission: Submission
    record: bytes | None = None
    """What its workers answered before, packed."""
    overrides: tuple[Override, ...] = ()
    judged: bytes | None = None
    """Its result up to now, packed; what only its files or a search could tell is kept of it when it is rescored."""


@dataclass(frozen=True)
class Done:
    """What came of it."""

    kept: Kept
    kind: Kind
    starved: bool = False
    """As in `Graded`."""
    unrecorded: bool = False
    """It was to be rescored, and some of its code would have to run: it is as it was."""
    damaged: str = ""
    """It was to be rescored, and this is why its result cannot be read."""


@dataclass(frozen=True)
class Job:
    """What all submissions of a batch have in common."""

    exam: Exam
    fingerprint: str = ""
    counts_mtime: bool = False
    searching: bool = False
    """With counterexamples, as in `judge.grade`."""
    engine: str = field(default_factory=engines.default)
    may_run: bool = True
    """No: submissions are rescored, by what was recorded of them."""


def grade_one(submission: Submission, exam: Exam, runner: LocalRunner, searching: bool = False) -> Graded:
    """Grade, once more after a fault of the machine or the harness, and then give up on this submission only.

    `searching`: with a counterexample, as in `judge.grade`.
    """
    return _tried_twice(submission, exam, runner, lambda: judge.grade(submission, exam, runner, searching))


def _tried_twice(submission: Submission, exam: Exam, runner: LocalRunner, grade: Callable[[], Graded]) -> Graded:
    try:
        return grade()
    except HarnessError:
        runner.discard()
    try:
        return grade()
    except HarnessError as error:
        runner.discard()
        return Graded(judge.ungraded(submission, exam, f"the grader failed twice: {error}"))


class Slot:
    """Grades one submission after the other, with workers of its own."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.runner = LocalRunner(expected=job.exam.isolation)

    def grade(self, work: Work) -> Done:
        """Grade it. Never raises but for Ctrl-C: what is wrong stands in the result."""
        job, submission = self.job, work.submission
        try:
            record = self._known(work)
            judged = None if work.judged is None else records.unpack(Result, work.judged)
            recorder = RecordingRunner(self.runner, record, job.may_run)

            def grade() -> Graded:
                nonlocal recorder
                recorder = RecordingRunner(self.runner, record, job.may_run)  # what a lost zygote said is not kept
                return judge.grade(submission, job.exam, recorder, job.searching)

            graded = _tried_twice(submission, job.exam, self.runner, grade)
            if judged is not None:
                graded = replace(graded, result=_with_old(graded.result, judged))
            return done(graded, recorder.record(), job, work.overrides)
        except NotRecorded:
            return replace(given_up(work, job, "it has to be run"), unrecorded=True)
        except records.Unreadable as error:
            return replace(given_up(work, job, "its result is damaged"), damaged=str(error))
        except Exception as error:  # noqa: BLE001  # a bug of ours must not cost the others their results
            self.runner.discard()
            why = f"the grader failed ({type(error).__name__}: {error}); please report this with the submission"
            return replace(given_up(work, job, why), unrecorded=not job.may_run)  # the score there is stays

    def _known(self, work: Work) -> Record:
        new = recording.blank(work.submission, self.job.exam.isolation)
        if work.record is None:
            return new
        try:
            record = records.unpack(Record, work.record)
        except records.Unreadable:  # it is only a help
            return new
        if not self.job.may_run:
            return record
        same = (record.environment, record.submission.sha256) == (new.environment, work.submission.sha256)
        return replace(record, submission=new.submission) if same else new


def done(graded: Graded, record: Record, job: Job, overrides: tuple[Override, ...]) -> Done:
    """A judged submission in the form in which it is kept."""
    judged = graded.result
    now = datetime.now(UTC)
    result = adjusted(judged, job.exam.assignment.dates, overrides, job.counts_mtime, now)
    row = stored(result, job.fingerprint, now.isoformat(timespec="seconds"))
    return Done(Kept(row, records.pack(judged), packed(record)), kind(result), graded.starved)


def packed(record: Record) -> bytes:
    """A record as it is kept: one that is too large is kept without answers, and its submission is run again."""
    with contextlib.suppress(records.TooLarge):
        kept = records.pack(record, LARGEST_ANSWERS)
        if len(kept) <= LARGEST_RECORD:
            return kept
    return records.pack(replace(record, loadings={}))


def _with_old(result: Result, old: Result) -> Result:
    """With places in files, which are not kept, and with the example that was found."""
    wrong = {case.id for case in result.cases if case.verdict is not Verdict.PASSED} | {BEGIN}
    places = {id_: place for id_, place in old.locations.items() if id_ in wrong}
    lost = result.raw_score < result.points
    return replace(
        result,
        locations=places if wrong > {BEGIN} else {},
        counterexample=old.counterexample if lost else None,
        graded_file=old.graded_file,
        seconds=old.seconds,
    )


def stored(result: Result, fingerprint: str, graded_at: str) -> Stored:
    """The row of a result whose points are adjusted."""
    return Stored(
        info=result.submission,
        fingerprint=fingerprint,
        status=result.status,
        raw_score=result.raw_score,
        penalty=result.penalty,
        score=result.score,
        points=result.points,
        reason=first_reason(result),
        seconds=result.seconds,
        graded_at=graded_at,
        late=is_late(result.lateness, result.submission.handed_in) is True,
    )


def given_up(work: Work, job: Job, why: str) -> Done:
    """A submission that could not be graded."""
    submission = replace(work.submission, files=(), unreadable=why)
    record = recording.blank(submission, job.exam.isolation)
    return done(Graded(judge.ungraded(submission, job.exam, why)), record, job, work.overrides)


def kind(result: Result) -> Kind:
    """How it is counted while one waits."""
    if result.status == "ungraded":
        return "ungraded"
    if result.score >= result.points:
        return "full"
    return "partial" if result.score > 0 else "none"
