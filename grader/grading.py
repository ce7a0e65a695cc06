"""`grade`: a folder or a zip → the store → reports. What was graded before is not graded again.

In order: what is there (layout, roster); what of it is out of date; the exam, only where something is; one row in the
store for each submission as it is done; points, reports.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader import batch, canary, engines, exam, inference, reporting, sandbox
from grader.assignments import Gradable, load_all, load_gradable
from grader.console import console, say, unbounded, warn
from grader.errors import UsageError, did_you_mean
from grader.exam import Exam
from grader.handin import Student
from grader.intake import Entry, read_submission
from grader.layouts import Found, find
from grader.reports import must_be_writable
from grader.reports.parts import Map
from grader.roster import Roster, read_roster
from grader.runner import LocalRunner
from grader.slot import Done, Job, Work
from grader.store import About, Store
from grader.stored_results import RESCORED, settle, settlement

BANNER = "isolation is `process`: submissions run with your rights and can reach your files and the network"
PREPARED = 20
"""Submissions to grade from which on the known mistakes are run before the slots part: each would run them itself."""


@dataclass(frozen=True)
class Order:
    """What is to be graded, and how."""

    folder: Path
    assignment: str | None = None
    out: Path | None = None
    specs: Path | None = None
    seed: int | None = None
    jobs: int | None = None
    engine: str = field(default_factory=engines.default)
    require: str | None = None
    unsafe: bool = False
    examples: bool = False
    layout: str | None = None
    pattern: str | None = None
    roster: Path | None = None
    attempts: str = "latest"
    only: tuple[str, ...] = ()
    shard: tuple[int, int] | None = None
    """Part i of n, from 1."""
    counts_mtime: bool = False
    color: str = "auto"


@dataclass(frozen=True)
class GradedFolder:
    """How it went."""

    ungraded: int
    """How many submissions have no score."""
    interrupted: bool


@dataclass(frozen=True)
class Plan:
    """What is there, and what of it has to be graded."""

    found: Found
    entries: Sequence[Entry]
    """Of this shard."""
    todo: Sequence[Entry]
    is_partial: bool
    """Only some were asked for."""

    @property
    def kept(self) -> int:
        """How many are graded already."""
        return 0 if self.is_partial else len(self.entries) - len(self.todo)


def grade(order: Order, runner: LocalRunner) -> GradedFolder:
    """Grade what is out of date and write the reports. Raises GraderError."""
    found = find(order.folder, layout=order.layout, pattern=order.pattern)
    entries = [entry for entry in found.entries if _is_mine(entry.id, order.shard)]
    roster = read_roster(order.roster) if order.roster else None
    spec, out = _what_for(order, entries, runner)
    must_be_writable(out)
    with Store.open(out, create=True) as store:
        known = store.about
        _must_fit(known, spec, order, out)
        about = _about(spec, order, found, roster, known)
        plan = Plan(found, entries, _todo(order, entries, store, about.fingerprint), bool(order.only))
    _announce(plan, spec, order)
    if not plan.todo:
        with Store.open(out) as store:
            store.describe(replace(about, settled=store.about.settled if store.about is not None else ""))
            return GradedFolder(_finished(plan, order, about, store, "", map), False)
    canary.must_suffice(runner.isolation(), order.require, order.unsafe)
    canary.must_hold(runner)
    prepared = exam.prepare(spec, order.seed, "all", runner)
    _say_how(prepared, order)
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
        known = store.about  # of a new store the rows are settled as they are written
        store.describe(replace(about, settled=settlement(about) if known is None else known.settled))
        finished, map_ = 0, slots.map
        try:
            for done in _with_progress(slots.grade(_works(plan.todo, store, bool(order.only))), plan, order.color):
                store.put(done.kept)
                finished += 1
        except KeyboardInterrupt:
            stop.set()
            map_ = map  # the slots are still at what was not waited for
        done_so_far = f"interrupted: {finished} of {len(plan.todo)} were graded, the same command goes on; "
        before = done_so_far if finished < len(plan.todo) else ""
        return GradedFolder(_finished(plan, order, about, store, before, map_), stop.is_set())


def _finished(plan: Plan, order: Order, about: About, store: Store, before: str, map_: Map) -> int:
    """Bring the store up to date with what was found, and write what reports are out of date; how many lack a score."""
    if not order.only:
        store.only_present(entry.id for entry in plan.entries)
    settle(store)
    reporting.write(store, order.color, map_, before)
    rows = list(store.rows())
    old = sum(row.fingerprint.partition(":")[0] not in (about.fingerprint, RESCORED) for row in rows)
    if old:
        say(
            f"{old} of {len(rows)} results are of an earlier spec, seed or version: grade the whole folder", order.color
        )
    return sum(row.status == "ungraded" for row in rows)


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
    if known.shard != _shard(order):
        parts = f"part {known.shard}" if known.shard else "a whole class"
        raise UsageError(f"{out}: holds results of {parts}; choose another --out for another part")


def _about(spec: Gradable, order: Order, found: Found, roster: Roster | None, known: About | None) -> About:
    assignment = spec.assignment
    print_ = exam.fingerprint(spec, order.seed) + ("+examples" if order.examples else "")
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
        shard=_shard(order),
        attempts=order.attempts,
        counts_mtime=order.counts_mtime,
        roster=roster if roster is not None else known.roster if known is not None else None,
    )


def _todo(order: Order, entries: Sequence[Entry], store: Store, fingerprint: str) -> list[Entry]:
    """What was never graded, or is another file by now, or was graded by another exam, or has no score."""
    if order.only:
        return _chosen(entries, order.only)
    if not store.ids():
        return list(entries)
    return [entry for entry in entries if not _is_current(entry, store, fingerprint, order.require)]


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


def _chosen(entries: Sequence[Entry], names: Sequence[str]) -> list[Entry]:
    """Those that were named, by id, student, login or the LMS's number. Raises UsageError."""
    chosen = []
    for name in names:
        mine = [entry for entry in entries if name in _names(entry)]
        if not mine:
            known = {each for entry in entries for each in _names(entry)}
            raise UsageError(f"--only {name}: there is no such submission{did_you_mean(name, known)}")
        chosen += [entry for entry in mine if entry not in chosen]
    return chosen


def _names(entry: Entry) -> set[str]:
    known = entry.handed_in.student if entry.handed_in is not None else Student(entry.student)
    return {entry.id, entry.student, known.name, known.id, known.login} - {""}


def _shard(order: Order) -> str:
    return "{}/{}".format(*order.shard) if order.shard else ""


def _is_mine(id_: str, shard: tuple[int, int] | None) -> bool:
    """Whether a submission belongs to this part: by its id alone, so that every machine agrees."""
    return shard is None or zlib.crc32(id_.encode()) % shard[1] == shard[0] - 1


# --- what is said --------------------------------------------------------------------------------


def _announce(plan: Plan, spec: Gradable, order: Order) -> None:
    there = f"{spec.assignment.title}: {len(plan.entries)} submissions"
    how = f" ({plan.found.layout})" if plan.found.layout not in ("", "plain") else ""
    part = f", part {_shard(order)} of {len(plan.found.entries)}" if order.shard else ""
    kept = f"; {plan.kept} of them are graded already" if plan.kept else ""
    say(f"{there}{how}{part}{kept}", order.color)
    if plan.found.others:
        say(f"left out, neither .py nor .ipynb nor a folder: {_listed(plan.found.others)}", order.color)


def _say_how(prepared: Exam, order: Order) -> None:
    if prepared.scope == "public":
        say("a kit: only the public cases are graded, the hidden ones are not in it", order.color)
    tier = prepared.isolation.tier
    say(BANNER + unbounded(prepared.isolation) if tier == "process" else f"isolation: {tier}", order.color)


def _with_progress(done: Iterable[Done], plan: Plan, color: str) -> Iterator[Done]:
    from grader.reports.progress import progress

    with progress(len(plan.todo) + plan.kept, plan.kept, console(color, stderr=True)) as advance:
        for each in done:
            advance(each.kind)
            yield each


def _listed(names: Iterable[str], most: int = 5) -> str:
    from grader.reports.safe import one_line

    shown = [one_line(name) for name in names]
    more = f" and {len(shown) - most} more" if len(shown) > most else ""
    return ", ".join(shown[:most]) + more
