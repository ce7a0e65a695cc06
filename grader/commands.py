"""What each command does, between the options (`cli.py`) and the rooms that do the work."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader import batch, canary, inference, sandbox
from grader.assignments import load_all, load_assignment, load_gradable, must_be_spec
from grader.class_results import ClassResults
from grader.console import console, say, unbounded, warn
from grader.exam import prepare
from grader.layouts import find
from grader.model import Result
from grader.runner import LocalRunner
from grader.spec_loader import Spec

if TYPE_CHECKING:
    pass

BANNER = "isolation is `process`: submissions run with your rights and can reach your files and the network"


# --- grade -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class GradedFolder:
    """How `grade` went."""

    results: tuple[Result, ...]
    interrupted: bool

    @property
    def ungraded(self) -> int:
        """How many submissions have no score."""
        return sum(result.status == "ungraded" for result in self.results)


def grade(
    folder: Path,
    assignment: str | None,
    out: Path | None,
    jobs: int | None,
    seed: int | None,
    specs: Path | None,
    require: str | None,
    unsafe: bool,
    examples: bool,
    color: str,
) -> GradedFolder:
    """Grade all submissions of a folder and write the reports. Raises GraderError."""
    from grader import reports

    found = find(folder)
    with LocalRunner() as runner:
        canary.must_suffice(runner.isolation(), require, unsafe)
        canary.must_hold(runner)
        spec = (
            load_gradable(assignment, specs)
            if assignment
            else inference.of_folder(found.entries, load_all(specs, warn), runner)
        )
        exam = prepare(spec, seed, "all", runner)
    out = out or Path("reports") / spec.assignment.assignment
    reports.must_be_writable(out)
    say(f"{spec.assignment.title}: {len(found.entries)} submissions", color)
    if found.others:
        say(f"left out, neither .py nor .ipynb nor a folder: {_listed(found.others)}", color)
    if exam.scope == "public":
        say("a kit: only the public cases are graded, the hidden ones are not in it", color)
    tier = exam.isolation.tier
    say(BANNER + unbounded(exam.isolation) if tier == "process" else f"isolation: {tier}", color)
    workers = min(jobs or batch.default_jobs(), len(found.entries))
    results: list[Result] = []
    stop = threading.Event()
    with batch.interruptible(stop, lambda sentence: say(sentence, color)):
        try:
            graded = batch.grade_all(found.entries, exam, workers, stop, examples)
            results.extend(_with_progress(graded, len(found.entries), color))
        except KeyboardInterrupt:
            stop.set()
        interrupted = stop.is_set() and len(results) < len(found.entries)
        done = f"interrupted: {len(results)} of {len(found.entries)} were graded; " if interrupted else ""
        _report(sorted(results, key=lambda result: result.submission.id), out, done, color)
    return GradedFolder(tuple(results), stop.is_set())


def _report(results: Sequence[Result], out: Path, done: str, color: str) -> None:
    from grader import reports
    from grader.reports import terminal

    if not results:  # interrupted at once: reports of an earlier run are worth more than none
        say(f"{done}no reports were written", color)
        return
    try:  # the scores first: a full disk must not take them along
        terminal.show_class(results, console(color))
    finally:  # and a stdout that is full, or has lost its reader, no report
        reports.write_all(ClassResults(results), out)
        say(f"{done}reports: {out}", color)


def _with_progress(results: Iterable[Result], total: int, color: str) -> Iterator[Result]:
    from grader.reports.progress import progress

    with progress(total, 0, console(color, stderr=True)) as advance:
        for result in results:
            earned = "full" if result.score >= result.points else "partial" if result.score > 0 else "none"
            advance("ungraded" if result.status == "ungraded" else earned)
            yield result


def _listed(names: Iterable[str], most: int = 5) -> str:
    from grader.reports.safe import one_line

    shown = [one_line(name) for name in names]
    more = f" and {len(shown) - most} more" if len(shown) > most else ""
    return ", ".join(shown[:most]) + more


# --- doctor ----------------------------------------------------------------------------------


def doctor(require: str | None, color: str) -> bool:
    """Show what isolation this machine gives and what probes made of it; whether that is good. Raises HarnessError."""
    from grader.reports import checkup

    with LocalRunner() as runner:
        isolation, probes = runner.isolation(), canary.run(runner)
    checkup.show(isolation, probes, console(color))
    enough = sandbox.TIERS.index(isolation.tier) >= sandbox.TIERS.index(require or "restricted")
    return enough and not any(probe.is_hole for probe in probes)


# --- verify ----------------------------------------------------------------------------------


def verify(names: Sequence[str], seed: int | None, specs: Path | None, as_json: bool, color: str) -> bool:
    """Show whether specs are good measures, all of them or those named; whether all are. Raises GraderError."""
    from grader import rehearsal
    from grader.reports import measure
    from grader.verify import verify as verified_by

    known = [load_assignment(name, specs) for name in names] if names else _all_specs(specs)
    good = True
    with LocalRunner() as runner, rehearsal.with_threads() as threaded:
        threaded.start()  # while the first spec is looked at
        for spec in known:
            found = verified_by(prepare(spec, seed, "all", runner), runner, threaded)
            good = good and not found.problems
            if as_json:
                sys.stdout.write(measure.to_json(found) + "\n")
            else:
                measure.show(found, spec.assignment, console(color))
    return good


def _all_specs(specs: Path | None) -> list[Spec]:
    """Without the kits; the only file that there is must be a spec. Raises UsageError."""
    known = load_all(specs, warn).values()
    if not any(isinstance(each, Spec) for each in known):
        return [must_be_spec(each) for each in known]
    for kit in (each for each in known if not isinstance(each, Spec)):
        warn(f"{kit.path}: a kit, which has no known mistakes, is left out")
    return [each for each in known if isinstance(each, Spec)]


# --- assignments -----------------------------------------------------------------------------


def list_assignments(specs: Path | None, color: str) -> None:
    """A line per assignment."""
    from grader.reports import catalogue

    catalogue.show_list(load_all(specs, warn), console(color))


def show_assignment(name: str, specs: Path | None, color: str) -> None:
    """All that an assignment asks for."""
    from grader.reports import catalogue

    catalogue.show_spec(load_gradable(name, specs), console(color))
