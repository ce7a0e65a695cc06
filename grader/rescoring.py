"""`rescore`: new points, tolerance, dates or late policy on what workers answered when they were run.

No code of a submission is run. All is worked out inside one transaction, then what changes is shown, and only what is
agreed to is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader import batch, exam, recording, records, reporting
from grader.assignments import Gradable, load_gradable
from grader.console import console, say
from grader.database import damaged, telling
from grader.exam import Exam
from grader.recording import Record
from grader.runner import LocalRunner
from grader.slot import Done, Job, Work
from grader.store import About, Store, Stored
from grader.stored_results import EXAMPLES, RESCORED, described, settle

SHOWN = 20
"""Changes that are listed; the rest is counted."""


@dataclass(frozen=True)
class Change:
    """A submission's score, before and after; None: there was none."""

    id: str
    before: float | None
    after: float | None


@dataclass(frozen=True)
class Rescored:
    """What came of it."""

    total: int
    changes: tuple[Change, ...]
    unrecorded: tuple[str, ...]
    """Submissions that are left as they are, because they would have to be run."""
    written: bool
    late: int = 0
    """Submissions that were in time and are late now, or the other way round."""
    respecced: bool = True
    """Whether the spec is another one than before."""
    refused: bool = False
    """Most would have to be run: nothing can be written."""


class _NotAgreed(Exception):
    """Nothing is to be written."""


def rescore(
    folder: Path, specs: Path | None, color: str, runner: LocalRunner, agree: Callable[[Rescored], bool]
) -> Rescored:
    """Rescore a folder's results by the spec as it is now. Raises GraderError."""
    about = described(folder)
    spec = load_gradable(about.assignment, specs)
    prepared = exam.prepare(spec, about.seed, "all", runner)
    new = _about(about, spec, prepared)
    job = Job(prepared, new.fingerprint, about.counts_mtime, may_run=False)
    with batch.Batch(job, batch.default_jobs()) as slots, Store.open(folder) as store:
        try:
            with store.transaction():
                store.must_report()
                found = _rescored(store, new, slots, prepared, color)
                if found.refused or not agree(found):
                    raise _NotAgreed
        except _NotAgreed:
            return found
        reporting.write_files(store, slots.map)
        say(f"reports: {folder}", color)
    return replace(found, written=True)


def _about(about: About, spec: Gradable, prepared: Exam) -> About:
    """As before, with what the spec says now."""
    assignment = spec.assignment
    examples = EXAMPLES if about.fingerprint.endswith(EXAMPLES) else ""
    return replace(
        about,
        title=assignment.title,
        points=float(assignment.points),
        fingerprint=exam.fingerprint(spec, about.seed) + examples,
        spec_sha256=prepared.spec_sha256,
        dates=assignment.dates.model_dump_json(),
        misconceptions=tuple((each.id, each.title) for each in assignment.misconceptions),
        settled="",
    )


def _rescored(store: Store, about: About, slots: batch.Batch, prepared: Exam, color: str) -> Rescored:
    settle(store)
    before = {row.info.id: row for row in store.rows()}
    known = store.about
    respecced = known is None or known.fingerprint != about.fingerprint
    here = recording.environment(prepared.isolation)
    unrecorded, answered = [], 0
    for done in _with_progress(slots.grade(_works(store, before)), len(before), color):
        stored = done.kept.stored
        if done.damaged:
            raise damaged(store.path, f"the result of {stored.info.id}: {done.damaged}")
        if done.unrecorded:
            if before[stored.info.id].status == "graded":
                unrecorded.append(stored.info.id)
            continue
        old = before[stored.info.id]
        record = records.unpack(Record, done.kept.record)
        answered += any(loading.batches for loading in record.loadings.values())
        graded_by = _fingerprint(record, about, here, old)
        row = replace(stored, info=old.info, graded_at=old.graded_at, fingerprint=graded_by)
        store.put_result(row, done.kept.result)
    store.describe(about)
    settle(store)
    after = {row.info.id: row for row in store.rows()}
    changes = tuple(
        Change(id_, _score(row), _score(after[id_])) for id_, row in before.items() if _score(row) != _score(after[id_])
    )
    refused = len(unrecorded) > answered  # what has no code that could be run says nothing about the spec
    late = sum(row.late != after[id_].late for id_, row in before.items())
    return Rescored(len(before), changes, tuple(sorted(unrecorded)), False, late, respecced, refused)


def _works(store: Store, rows: dict[str, Stored]) -> Iterator[Work]:
    overrides = store.overrides()
    for id_, row in rows.items():
        kept = store.kept(row)
        with telling(store.path):
            submission = records.unpack(Record, kept.record).submission
        submission = replace(submission, submitted_at=row.info.submitted_at, handed_in=row.info.handed_in)
        yield Work(submission, kept.record, overrides.get(id_, ()), kept.result)


def _fingerprint(record: Record, about: About, here: str, old: Stored) -> str:
    """Answers of another version stay out of date for `grade`, which can run them again."""
    _, _, tier = old.fingerprint.partition(":")
    return f"{about.fingerprint if record.environment == here else RESCORED}:{tier}"


def _score(row: Stored) -> float | None:
    return row.score if row.status == "graded" else None


def _with_progress(done: Iterator[Done], total: int, color: str) -> Iterator[Done]:
    from grader.reports.progress import progress

    with progress(total, 0, console(color, stderr=True)) as advance:
        for each in done:
            advance(each.kind)
            yield each


# --- what is said --------------------------------------------------------------------------------


def lines(found: Rescored) -> Sequence[str]:
    """What changes, for people."""
    shown = ", ".join(found.unrecorded[:5]) + (" …" if len(found.unrecorded) > 5 else "")
    if found.refused:
        which = f"{len(found.unrecorded)} of {found.total} submissions have to be run for that ({shown})"
        why = "the spec asks for what was not asked when they were graded, or their answers were too large to keep"
        return [f"{which}: {why}; grade the folder again, which runs only what is new"]
    late = [f"whether it is late changes for {found.late} of {found.total} submissions"] if found.late else []
    if found.unrecorded:
        count = len(found.unrecorded)
        many = (
            f"{count} submissions keep their scores: they have" if count > 1 else "1 submission keeps its score: it has"
        )
        late.append(f"{many} to be run ({shown}): grade the folder again")
    if not found.changes:
        notes = "; --yes notes the new spec, so that nothing is graded again" if found.respecced else ""
        return [f"no score changes{notes}", *late]
    told = [f"  {one.id}: {_shown(one.before)} → {_shown(one.after)}" for one in found.changes[:SHOWN]]
    more = [f"  and {len(found.changes) - SHOWN} more"] if len(found.changes) > SHOWN else []
    return [f"{len(found.changes)} of {found.total} scores change", *told, *more, *late]


def _shown(score: float | None) -> str:
    return "no score" if score is None else f"{score:.10g}"


def tell(found: Rescored, color: str) -> None:
    """On stderr."""
    for line in lines(found):
        say(line, color)
