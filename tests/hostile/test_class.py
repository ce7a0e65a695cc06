"""A class in which many hand in attacks: the others' results are what they would be without them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from shutil import copy, copytree

import pytest
from graded import grade_all
from hostile import bait, processes
from hostile.attack import Attack, all_from_files
from hostile.conftest import short_limits
from hostile.made import all_made

from grader.assignments import load_assignment
from grader.exam import Exam, prepare
from grader.intake import Entry
from grader.layouts import find
from grader.model import Result
from grader.runner import LocalRunner

pytestmark = pytest.mark.unmeasured

HONEST, HOSTILE = 80, 40
STALLS = frozenset({"loops_forever.py"})
"""Honest ones that use up some seconds: one of each is enough."""


@pytest.fixture(scope="module")
def exam() -> Exam:
    with LocalRunner() as runner:
        return prepare(short_limits(load_assignment("self_attention", None)), None, "all", runner)


def honest_ones(folder: Path) -> Iterator[tuple[Entry, str]]:
    """Copies of the sample class, each with the id of what it is a copy of."""
    sample = find(bait.ROOT / "submissions" / "self_attention").entries
    several = [entry for entry in sample if entry.id not in STALLS]
    for number in range(HONEST):
        original = sample[number] if number < len(sample) else several[number % len(several)]
        path = folder / f"s{number:03}_{original.path.name}"
        (copytree if original.path.is_dir() else copy)(original.path, path)
        yield Entry(path.name, path.stem, path), original.id


def hostile_ones(folder: Path, names: Mapping[str, str]) -> Iterator[tuple[Entry, Attack]]:
    """Some attacks of every family that do not use up a submission's time."""
    families: dict[str, list[Attack]] = defaultdict(list)
    for attack in [*all_from_files(), *all_made()]:
        if not attack.slow and not attack.name.startswith("time_loop"):
            families[attack.name.partition("_")[0]].append(attack)
    turns = (family[turn] for turn in range(HOSTILE) for family in families.values() if turn < len(family))
    for number, attack in zip(range(HOSTILE), turns, strict=False):
        place = folder / f"h{number:02}_{attack.name}"
        place.mkdir()
        yield Entry(place.name, attack.name, attack.make(place, names)), attack


def what_counts(result: Result) -> tuple[object, ...]:
    """All of a result but its name, its times, and what it printed, which may be random numbers."""
    cases = tuple((case.id, case.verdict, case.earned, case.findings) for case in result.cases)
    return result.status, result.score, result.groups, cases


def test_hostile_submissions_change_no_result_of_the_others(exam: Exam, laid: bait.Bait, tmp_path: Path) -> None:
    honest = dict(honest_ones(tmp_path))
    hostile = dict(hostile_ones(tmp_path, laid.names))
    assert (len(honest), len(hostile)) == (HONEST, HOSTILE)
    firsts = {original: entry for entry, original in reversed(honest.items())}
    alone = {result.submission.id: result for result in grade_all(firsts.values(), exam, 1)}

    mixed = sorted([*honest, *hostile], key=lambda entry: entry.id[1:])
    results = {result.submission.id: result for result in grade_all(mixed, exam, 2)}

    assert len(results) == HONEST + HOSTILE
    for entry, original in honest.items():
        assert what_counts(results[entry.id]) == what_counts(alone[firsts[original].id]), entry.id
    assert [wrong for entry, attack in hostile.items() for wrong in attack.complaints(results[entry.id])] == []
    assert laid.harm() == []
    assert processes.strays() == set()
