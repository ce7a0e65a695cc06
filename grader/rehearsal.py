"""Runs the reference again, as a right submission: how long that takes, and whether it always does the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from grader.conventions import Choice
from grader.diagnosis import Happened, agree
from grader.errors import HarnessError
from grader.exam import Exam
from grader.explain import score
from grader.kill_matrix import Steady, Took
from grader.lineup import Lineup
from grader.model import Outcome, Returned, Run, SourceFile, Submission
from grader.runner import Limits, LocalRunner, Runner, Wanted
from grader.steps import parse_step
from grader.verdicts import judge_case

THREADS = 2
FORBID_THREADS = ("cgroups", "namespaces", "limits", "landlock", "seccomp")
"""Layers of the cage that keep BLAS from starting threads, or us from counting them. The reference, which is the
staff's own code, does without them; a submission never does."""

_COUNT = b"""
import os
import numpy as np

def count(size):
    square = np.ones((size, size))
    square @ square
    return np.array(len(os.listdir("/proc/self/task")))
"""


def took(exam: Exam, lineup: Lineup, choices: Choice, runner: Runner, clock: Callable[[], float]) -> Took:
    """Load the reference, run all cases, judge them. Raises HarnessError."""
    places = [(case, case.choice_among(choices)) for case in exam.cases_in_scope]
    runs = [run for case, choice in places for run in case.readings[choice].runs.values()]
    began = clock()
    outcomes = iter(run_reference(exam, lineup, runs, runner))
    for case, choice in places:
        judge_case(exam, case, choice, {name: next(outcomes) for name in case.readings[choice].runs})
    return Took(clock() - began, len(places), len(runs))


def run_reference(exam: Exam, lineup: Lineup, runs: Sequence[Run], runner: Runner) -> list[Outcome]:
    """What the reference returns on any inputs. Raises HarnessError."""
    return _run(lineup.source.encode(), runs, exam.wanted, exam.limits, runner)


def _run(source: bytes, runs: Sequence[Run], wanted: Wanted, limits: Limits, runner: Runner) -> list[Outcome]:
    files = (SourceFile("reference.py", source),)
    submission = Submission("reference", "reference", "reference.py", files, sha256="")
    session = runner.open(submission, wanted, limits, None)
    try:
        return session.run(runs)
    finally:
        session.close()


# --- does it always do the same? -----------------------------------------------------------------


def with_threads() -> LocalRunner:
    """A runner for the reference alone, in which BLAS has more threads than one."""
    return LocalRunner(without=FORBID_THREADS, threads=THREADS)


def steady(exam: Exam, lineup: Lineup, choices: Choice, runner: Runner, threaded: Runner | None) -> Steady:
    """Run all again, and with more BLAS threads where there is a runner for that. Raises HarnessError."""
    right = lineup.right(runner)
    again = _same(exam, choices, right, lineup.right_again(runner))
    threads = 0 if threaded is None else blas_threads(threaded)
    if threaded is None or threads < THREADS:
        return Steady(again, 0, threaded=True)
    return Steady(again, threads, _same(exam, choices, right, lineup.right_again(threaded)))


def blas_threads(runner: Runner) -> int:
    """The threads of a worker of this runner after a large product; 0 where they cannot be counted."""
    run = Run((parse_step("threads = count(600)"),), {}, ("threads",))
    try:
        (outcome,) = _run(_COUNT, [run], Wanted({"count": ("count",)}, ()), Limits(), runner)
    except HarnessError:
        return 0
    counted = outcome.values["threads"].array if isinstance(outcome, Returned) else None
    return int(counted) if counted is not None else 0


def _same(exam: Exam, choices: Choice, one: Happened, other: Happened) -> bool:
    """Whether two runs gave the same numbers, but for rounding, and the same verdicts."""
    agreed = all(
        agree(outcome, other[place][name]) is not False
        for place, outcomes in one.items()
        for name, outcome in outcomes.items()
    )
    return agreed and _verdicts(exam, one, choices) == _verdicts(exam, other, choices)


def _verdicts(exam: Exam, happened: Happened, choices: Choice) -> list[tuple[str, str]]:
    return [(case.id, case.verdict) for case in score(exam, happened, choices).cases]
