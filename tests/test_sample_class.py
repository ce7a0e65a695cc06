"""Every file of the sample class gets the score and the verdicts that its `expected.yaml` says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from graded import grade_all

from grader.assignments import load_assignment
from grader.exam import prepare
from grader.layouts import find
from grader.model import Result
from grader.runner import LocalRunner
from grader.yaml_tree import read_tree

pytestmark = pytest.mark.unmeasured

SUBMISSIONS = Path(__file__).parent.parent / "submissions"
ASSIGNMENTS = ("self_attention", "multi_head_self_attention")


def expected(assignment: str) -> dict[str, Any]:
    tree, problems = read_tree((SUBMISSIONS / assignment / "expected.yaml").read_text(encoding="utf-8"))
    assert not problems
    assert isinstance(tree.data, dict)
    entries: dict[str, Any] = tree.data["entries"]
    return entries


def graded(assignment: str, seed: int | None) -> dict[str, Result]:
    with LocalRunner() as runner:
        exam = prepare(load_assignment(assignment, None), seed, "all", runner)
    entries = find(SUBMISSIONS / assignment).entries
    return {result.submission.id: result for result in grade_all(entries, exam)}


def lost(result: Result) -> dict[str, str]:
    """Groups that lost points, with the verdicts of their cases."""
    verdicts: dict[str, set[str]] = {}
    for case in result.cases:
        verdicts.setdefault(case.id.partition(".")[0], set()).add(case.verdict.value)
    return {
        group.id: "/".join(sorted(verdicts[group.id] - {"passed"}))
        for group in result.groups
        if group.earned < group.possible
    }


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_file_gets_its_score_and_verdicts(assignment: str) -> None:
    results = graded(assignment, None)
    said = {name: (entry["score"], entry["lost"]) for name, entry in expected(assignment).items()}
    assert {name: (result.score, lost(result)) for name, result in results.items()} == said
    assert all(result.status == "graded" for result in results.values())


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_right_is_ten_points_and_wrong_is_not(assignment: str) -> None:
    assert all(entry["right"] is (entry["score"] == 10) for entry in expected(assignment).values())


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_no_seed_makes_a_right_one_wrong_or_a_wrong_one_right(assignment: str, seed: int) -> None:
    results = graded(assignment, seed)
    said = expected(assignment)
    assert {name: result.score == 10 for name, result in results.items()} == {n: e["right"] for n, e in said.items()}
