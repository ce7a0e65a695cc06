"""What grading costs: milliseconds per submission, as ratios taken in one interleaved run.

bare fork     a process with numpy loaded forks, the child runs the submission's code and the same cases over a
              pipe, the parent compares: the least that a process per submission can cost
caged fork    the same, in the cage: what isolation alone costs
judge         the harness: load, all cases, comparison, score, one worker, with all layers of isolation
+ LAYER       the same with this layer and those above it (`no layer`: a process and nothing more)
wrong         a submission with a known mistake, and the same without the diagnosis that names it
grade         `grader grade` of a folder, all reports written, per submission (1 worker, all cores)
check         a cold start of `grader check`, whole: to its first words on a terminal, of a right and of a wrong file
pytest        `python -m pytest --junitxml` with the same cases, a process per submission

Then whole classes, as Canvas gives them out (tests/made_class.py: right ones, mistakes, notebooks, broken files):
start s       until the first row is stored;  steady: ms a submission from the first row to the last
ms each       of the whole command, a submission;  pytest /: how many times as long plain pytest takes just then
x bare/core   all but the start, a submission and core, against a bare fork just then
pages         with a page for each student, or with all other reports only
main, slot    the most memory that the process with the store, and one that judges, ever had
db, files     KB a submission of results.db, and of all reports
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bench_class
import bench_page
from bench_processes import SUBMISSION, WRONG, Bench

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
LONG = 10_000


def contestants(bench: Bench) -> dict[str, Callable[[], float]]:
    """Who is measured, and how."""
    return {
        "bare fork": lambda: bench.bare_fork(100),
        "caged fork": lambda: bench.caged_fork(100),
        "judge": lambda: bench.judge(100),
        "grade, 1 worker": lambda: bench.grade(200, 1),
        f"grade, {CORES} workers": lambda: bench.grade(200, CORES),
        "pytest": lambda: bench.pytest(3),
        "wrong": lambda: bench.wrong(40, True),
        "wrong, not named": lambda: bench.wrong(40, False),
        "check, first words": lambda: bench.check(SUBMISSION, words_only=True),
        "check": lambda: bench.check(SUBMISSION),
        "check, wrong": lambda: bench.check(WRONG),
        **{row: functools.partial(bench.judge, 40, row) for row in bench.layers},
    }


def measure(bench: Bench, rounds: int) -> dict[str, float]:
    """Medians over interleaved rounds."""
    times: dict[str, list[float]] = {who: [] for who in contestants(bench)}
    bench.bare_fork(20)
    bench.caged_fork(20)
    bench.wrong(5, True)  # the mutants are run once
    for row in (None, *bench.layers):
        bench.judge(5, row)
    for _ in range(rounds):
        for who, run in contestants(bench).items():
            times[who].append(run())
    return {who: statistics.median(values) for who, values in times.items()}


def print_table(medians: dict[str, float]) -> None:
    """For people."""
    print(f"{'':18} {'ms':>9} {'x bare fork':>12} {'pytest /':>9}")
    for who, ms in medians.items():
        print(f"{who:18} {ms:9.2f} {ms / medians['bare fork']:12.2f} {medians['pytest'] / ms:9.1f}")


def sizes(text: str) -> list[int]:
    """`100,1000`; `none` is empty."""
    return [] if text == "none" else sorted(int(part) for part in text.split(","))


def options() -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser(description="what grading costs, as ratios of one run")
    parser.add_argument("--rounds", type=int, default=7, help="of the first table; 0 leaves it out")
    parser.add_argument("--class-sizes", type=sizes, default=[100, 1000], help="such as 100,1000, or none")
    parser.add_argument("--class-rounds", type=int, default=1, help="how often each class is graded")
    parser.add_argument("--long", action="store_true", help=f"a class of {LONG} too")
    parser.add_argument("--json", action="store_true", help="figures for a program")
    return parser.parse_args()


def main() -> None:
    """Measure and print."""
    asked = options()
    wanted = sorted({*asked.class_sizes, *([LONG] if asked.long else [])})
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name))
        found: dict[str, Any] = {
            "runs per submission": bench.runs,
            "tier": bench.exam.isolation.tier,
            "cores": CORES,
            "rounds": asked.rounds,
        }
        if not asked.json:
            print(", ".join(f"{name}: {value}" for name, value in found.items()))
        if asked.rounds:
            found["ms"] = measure(bench, asked.rounds)
            if not asked.json:
                print_table(found["ms"])
        if wanted:
            bench.bare_fork(20)
            classes = bench_class.ClassBench(Path(name), lambda: bench.bare_fork(100), lambda: bench.pytest(3))
            measured = classes.measure(wanted, CORES, asked.class_rounds)
            if classes.page().is_file():
                measured.facts |= bench_page.measure(classes.page())
            found["classes"] = bench_class.plain(measured)
            if not asked.json:
                print(bench_class.table(measured))
        bench.close()
    if asked.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
