"""`grade`: a folder or a zip → the store → reports. What was graded before is not graded again.

In order: what is there (layout, roster); what of it is out of date; the exam, only where something is; one row in the
store for each submission as it is done; points, reports.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader import batch, canary, exam, inference, reporting, sandbox, selection
from grader.assignments import Gradable, load_all, load_gradable
from grader.console import console, say, warn
from grader.errors import UsageError
from grader.exam import Exam
from grader.handin import SubmissionInfo
from grader.intake import Entry, read_submission
from grader.layouts import Found, find
from grader.plan import Order as Order  # whoever grades gives one
from grader.plan import Plan, announce, of_one_minute, regraded_in_words, say_how, settled_in_words
from grader.reports import must_be_writable
from grader.reports.parts import Map
from grader.roster import Roster, read_roster
from grader.runner import LocalRunner
from grader.slot import Done, Job, Work
from grader.store import About, Kept, Store, Stored
from grader.stored_results import EXAMPLES, RESCORED, placed_by, settle, settlement

PREPARED = 20
"""Submissions to grade from which on the known mistakes are run before the slots part: each would run them itself."""


@dataclass(frozen=True)
class GradedFolder:
    """How it went."""

    ungraded: int
    """How many submissions have no score."""
    interrupted: bool


def grade(order: Order, runner: LocalRunner) -> GradedFolder:
    """Grade what is out of date and write the reports. Raises GraderError."""
    found = find(order.folder, layout=order.layout, pattern=order.pattern)
    roster = read_roster(order.roster) if order.roster else None
    spec, out = _what_for(order, found.entries, runner)
    _must_be_apart(order.folder, out)
    if not out.exists():  # nothing is made where nothing may be run
        canary.must_suffice(runner.isolation(), order.require, order.unsafe)
    must_be_writable(out)
    results = selection.results_among(found.entries, out)
    entries = [entry for entry in found.entries if entry.id not in results and selection.is_mine(entry.id, order.shard)]
    with Store.open(out, create=True) as store:
        known = store.about
        _must_fit(known, spec, order, out)
        order = _as_before(order, known)
        about = _about(spec, order, found, roster, known)
        if order.only and known is not None:
            about = _of_one(about, order, known, out)
        plan = Plan(found, entries, _todo(order, entries, store, about), bool(order.only), results)
    announce(plan, spec, order)
    if not plan.todo:
        with Store.open(out) as store:
            known, run = store.about, _Run(_before(store, order, about))
            store.describe(replace(about, settled=known.settled if known is not None else ""))
            return GradedFolder(_finished(plan, order, about, store, run), False)
    canary.must_suffice(runner.isolation(), order.require, order.unsafe)
    canary.must_hold(runner)
    prepared = exam.prepare(spec, order.seed, "all", runner)
    say_how(prepared, order)
    if prepared.lineup is not None and len(plan.todo) >= PREPARED:
        prepared.lineup.single(runner)
    return _grade(plan, order, about, prepared, out)


def _grade(plan: Plan, order: Order, about: About, prepared: Exam, out: Path) -> GradedFolder:
    """The slots are made before the store is opened: a database must not be open on both sides of a fork."""
    job = Job(
        prepared, f"{about.fingerprint}:{prepared.isolation.tier}", about.counts_mtime, order.examples, order.engine
    )
    jobs = min(order.jobs or batch.default_jobs(), len(plan.todo))
    stop = threading.Event()
    with (
        batch.interruptible(stop, lambda sentence: say(sentence, order.color)),
        batch.Batch(job, jobs, stop) as slots,
        Store.open(out, create=True) as store,
    ):
        if slots.jobs < jobs:
            say(f"{slots.jobs} slots instead of {jobs}: no more files may be open at a time (ulimit -n)", order.color)
        run = _Run(_before(store, order, about), map_=slots.map)
        known = store.about  # of a new store the rows are settled as they are written
        store.describe(replace(about, settled=settlement(about) if known is None else known.settled))
        try:
            for done in _with_progress(slots.grade(_works(plan.todo, store, bool(order.only))), plan, order.color):
                store.put(_to_settle(done.kept, about))
                run.graded.add(done.kept.stored.info.id)
        except KeyboardInterrupt:
            stop.set()
            run.map_ = map  # the slots are still at what was not waited for
        return GradedFolder(_finished(plan, order, about, store, run), stop.is_set())


def _to_settle(kept: Kept, about: About) -> Kept:
    """An extension of the roster's is not in these points yet."""
    has_extensions = any(student.due for student in about.roster or ())
    return replace(kept, stored=replace(kept.stored, unsettled=True)) if has_extensions else kept


@dataclass
class _Run:
    """How far it came."""

    before: Mapping[str, float | None]
    """Scores by id; None: there was none."""
    graded: set[str] = field(default_factory=set)
    map_: Map = map


def _scores(rows: Iterable[Stored]) -> dict[str, float | None]:
    return {row.info.id: row.score if row.status == "graded" else None for row in rows}


def _before(store: Store, order: Order, about: About) -> dict[str, float | None]:
    """Scores before anything is done, where some of them may change without being graded anew, or are told."""
    known = store.about
    if known is None:
        return {}
    has_dues = any(student.due for student in about.roster or ())
    may_settle = has_dues or known.settled != settlement(about) or store.has_unsettled()
    return _scores(store.rows()) if may_settle or order.only else {}


def _finished(plan: Plan, order: Order, about: About, store: Store, run: _Run) -> int:
    """Bring the store up to date with what was found, and write what reports are out of date; how many lack a score."""
    if not order.only:
        store.only_present(entry.id for entry in plan.entries)
    settle(store)
    color = order.color
    scores: dict[str, float | None] = {}
    infos: list[SubmissionInfo] = []
    old = 0
    for row in store.rows():  # not as a list: reports read them anew, and there may be many
        scores |= _scores([row])
        infos += [row.info] if about.counts_mtime else []
        old += row.fingerprint.partition(":")[0] not in (about.fingerprint, RESCORED)
    same_minute = of_one_minute(infos)
    others = {id_: score for id_, score in run.before.items() if id_ in scores and id_ not in run.graded}
    for sentence in settled_in_words(others, scores):
        say(sentence, color)
    if same_minute:
        warn(same_minute)
    told = f"interrupted: {len(run.graded)} of {len(plan.todo)} were graded, the same command goes on; "
    only = [regraded_in_words(id_, run.before, scores, about.points) for id_ in sorted(run.graded)]
    reporting.write(
        store,
        color,
        run.map_,
        before=told if len(run.graded) < len(plan.todo) else "",
        outstanding=sum(entry.id not in scores for entry in plan.entries),
        only=only if order.only else None,
    )
    if old:
        say(f"{old} of {len(scores)} results are of an earlier spec, seed or version: grade the whole folder", color)
    return sum(score is None for score in scores.values())


def _works(entries: Iterable[Entry], store: Store, fresh: bool) -> Iterator[Work]:
    overrides = store.overrides()
    for entry in entries:
        submission = read_submission(entry)
        record = None if fresh else store.record(entry.id)
        yield Work(submission, record, overrides.get(entry.id, ()))


# --- what is to be done --------------------------------------------------------------------------


def _what_for(order: Order, entries: Sequence[Entry], runner: LocalRunner) -> tuple[Gradable, Path]:
    """The assignment, and where its results go. Raises UsageError."""
    if order.assignment:
        spec = load_gradable(order.assignment, order.specs)
    else:
        spec = inference.of_folder(entries, load_all(order.specs, warn), runner)
    return spec, order.out or Path("reports") / spec.assignment.assignment


def _must_fit(known: About | None, spec: Gradable, order: Order, out: Path) -> None:
    """One output folder holds one assignment, and one part of a class. Raises UsageError."""
    if known is None:
        return
    if known.assignment != spec.assignment.assignment:
        raise UsageError(
            f"{out}: holds results of {known.assignment}, not of {spec.assignment.assignment}; choose another --out"
        )
    if known.shard != order.part:
        parts = f"part {known.shard}" if known.shard else "a whole class"
        raise UsageError(f"{out}: holds results of {parts}; choose another --out for another part")


def _must_be_apart(folder: Path, out: Path) -> None:
    """Raises UsageError."""
    if out.resolve() == folder.resolve():
        raise UsageError(f"{out}: submissions lie here; results need a folder of their own: choose another --out")
    file = next((path for path in (out, *out.parents) if path.is_file()), None)
    if file is not None:
        raise UsageError(f"{file}: this is a file; results go into a folder: choose another --out")


def _as_before(order: Order, known: About | None) -> Order:
    """What was left out is as in the run before, so that to grade one student again changes no other's score."""
    if known is None:
        return order
    is_one_of_many = bool(order.only)
    return replace(
        order,
        attempts=order.attempts or known.attempts,
        counts_mtime=known.counts_mtime if order.counts_mtime is None else order.counts_mtime,
        seed=known.seed if order.seed is None and is_one_of_many else order.seed,
        examples=order.examples or (is_one_of_many and _has_examples(known)),
    )


def _of_one(about: About, order: Order, known: About, out: Path) -> About:
    """What all have in common stays as it is where only some are graded, but for a new roster. Raises UsageError."""
    if order.seed is not None and order.seed != known.seed:
        raise UsageError(f"{out}: was graded with seed {known.seed}, and `--only` changes no other's: leave --seed out")
    if about.fingerprint != known.fingerprint:
        raise UsageError(
            f"{out}: the spec, its reference or the grader changed since the class was graded, and `--only` changes no "
            "other's score: grade the whole folder (only what is new is run), or give the same --specs"
        )
    if (about.attempts, about.counts_mtime) != (known.attempts, known.counts_mtime):
        raise UsageError("--attempts and --submitted-at are of the whole class: leave them out with --only")
    return replace(known, roster=about.roster)


def _has_examples(about: About) -> bool:
    return about.fingerprint.endswith(EXAMPLES)


def _about(spec: Gradable, order: Order, found: Found, roster: Roster | None, known: About | None) -> About:
    assignment = spec.assignment
    examples = order.examples if known is None or not order.only else _has_examples(known)
    print_ = exam.fingerprint(spec, order.seed) + (EXAMPLES if examples else "")
    return About(
        assignment=assignment.assignment,
        title=assignment.title,
        points=float(assignment.points),
        fingerprint=print_,
        spec_sha256=spec.sha256,
        seed=assignment.seed if order.seed is None else order.seed,
        dates=assignment.dates.model_dump_json(),
        misconceptions=tuple((each.id, each.title) for each in assignment.misconceptions),
        layout=found.layout,
        shard=order.part,
        attempts=order.attempts or "latest",
        counts_mtime=bool(order.counts_mtime),
        roster=roster if roster is not None else known.roster if known is not None else None,
    )


def _todo(order: Order, entries: Sequence[Entry], store: Store, about: About) -> list[Entry]:
    """What was never graded, or is another file by now, or was graded by another exam, or has no score."""
    if order.only:
        students = placed_by(about, list(store.rows()), store.overrides()).students
        return selection.named(entries, order.only, students, about.roster or ())
    if not store.ids():
        return list(entries)
    return [entry for entry in entries if not _is_current(entry, store, about.fingerprint, order.require)]


def _is_current(entry: Entry, store: Store, fingerprint: str, require: str | None) -> bool:
    state = store.state(entry.id)
    if state is None:
        return False
    sha256, graded_by, status = state
    base, _, tier = graded_by.partition(":")
    submission = read_submission(entry)
    if submission.unreadable or (sha256, base, status) != (submission.sha256, fingerprint, "graded"):
        return False
    if require is not None and sandbox.TIERS.index(tier) < sandbox.TIERS.index(require):
        return False
    store.refresh(submission.info)
    return True


def _with_progress(done: Iterable[Done], plan: Plan, color: str) -> Iterator[Done]:
    from grader.reports.progress import progress

    with progress(len(plan.todo) + plan.kept, plan.kept, console(color, stderr=True)) as advance:
        for each in done:
            advance(each.kind)
            yield each
