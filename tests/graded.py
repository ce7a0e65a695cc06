"""Classes graded on real workers, without a store."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator

from grader import engines, records
from grader.batch import Batch
from grader.exam import Exam
from grader.intake import Entry, read_submission
from grader.model import Result
from grader.slot import Job, Work


def grade_all(
    entries: Iterable[Entry], exam: Exam, jobs: int = 2, stop: threading.Event | None = None, engine: str = ""
) -> Iterator[Result]:
    """Results in the order in which they are ready."""
    works = (Work(read_submission(entry)) for entry in entries)
    with Batch(Job(exam, engine=engine or engines.default()), jobs, stop) as batch:
        for done in batch.grade(works):
            yield records.unpack(Result, done.kept.result)
