"""What each command does, between the options (`cli.py`) and the rooms that do the work."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from grader import canary, sandbox
from grader.assignments import load_all, load_assignment, load_gradable, must_be_spec
from grader.console import console, warn
from grader.exam import prepare
from grader.runner import LocalRunner
from grader.spec_loader import Spec

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
