"""The shipped specs measure, over many seeds; specs that do not are caught."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.assignments import load_assignment, shipped_folder, spec_files
from grader.errors import ReferenceFault, SpecError
from grader.exam import prepare
from grader.kill_matrix import Verified
from grader.runner import LocalRunner
from grader.spec_loader import load_spec
from grader.verify import verify

IDS = tuple(spec_files(shipped_folder()))

REFERENCE = """
import numpy as np
def attend(Q, K, V):
    scores = Q @ K.T / np.sqrt(K.shape[-1])
    weights = np.exp(scores)
    return weights / weights.sum(axis=-1, keepdims=True) @ V
"""
SPEC = """
assignment: attention
title: Attention
points: 10
reference: reference/attention.py
functions:
  attend: {parameters: [Q, K, V], returns: [output]}
steps:
  - output = attend(Q, K, V)
given:
  Q: {normal: [n, d]}
  K: {normal: [n, d]}
  V: {normal: [n, e]}
draw: {count: 2, sizes: {n: 6, d: 4, e: 3}}
groups:
  - {id: random, points: 10, expect: reference}
misconceptions:
  - {id: no_scale, title: not scaled, replace: {" / np.sqrt(K.shape[-1])": ""}}
  - {id: sqrt_seq, title: by the tokens, replace: {"K.shape[-1])": "K.shape[0])"}}
equivalent:
  "scores = Q @ K.T / np.sqrt(Q.shape[-1])": both have as many columns
  "return weights / weights.sum(axis=1, keepdims=True) @ V": it is the last axis
"""


@pytest.fixture(scope="module")
def runner() -> Iterator[LocalRunner]:
    with LocalRunner() as made:
        yield made


def verified(folder: Path, runner: LocalRunner, *changes: tuple[str, str]) -> Verified:
    text = SPEC
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    for name, content in (("test_specs/attention.yaml", text), ("reference/attention.py", REFERENCE)):
        (folder / name).parent.mkdir()
        (folder / name).write_text(content, encoding="utf-8")
    return verify(prepare(load_spec(folder / "test_specs" / "attention.yaml"), None, "all", runner), runner)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("name", IDS)
def test_the_shipped_specs_measure_whatever_the_seed(runner: LocalRunner, name: str, seed: int) -> None:
    found = verify(prepare(load_assignment(name, None), seed, "all", runner), runner)
    assert found.problems == ()
    assert (found.share_caught, found.mutation_score) == (1, 1)
    assert found.reference_score == found.points


@pytest.mark.long
@pytest.mark.parametrize("seed", range(6, 100))
@pytest.mark.parametrize("name", IDS)
def test_and_over_many_more_seeds(runner: LocalRunner, name: str, seed: int) -> None:
    found = verify(prepare(load_assignment(name, None), seed, "all", runner), runner)
    assert found.problems == ()


def test_a_good_spec_has_no_problem(tmp_path: Path, runner: LocalRunner) -> None:
    found = verified(tmp_path, runner)
    assert found.problems == ()
    assert [(row.misconception, row.keeps, row.named) for row in found.rows] == [
        ("no_scale", 0, ("no_scale",)),
        ("sqrt_seq", 0, ("sqrt_seq",)),
    ]


ZEROS = [("Q: {normal: [n, d]}", "Q: {zeros: [n, d]}"), ("K: {normal: [n, d]}", "K: {zeros: [n, d]}")]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (ZEROS, "`no_scale` loses nothing on `random`"),
        (
            [("given:", "tolerance: {rtol: 0.99, atol: 0.99}\ngiven:")],
            "`no_scale` loses nothing on `random`, which must catch it",
        ),
        ([("{n: 6, d: 4, e: 3}", "{n: 4, d: 4, e: 4}")], "`sqrt_seq` loses nothing on `random`"),
        ([("{n: 6, d: 4, e: 3}", "{n: 6, d: 1, e: 3}")], "`no_scale` loses nothing"),
        (
            [
                (
                    "  - {id: sqrt_seq",
                    '  - {id: again, title: t, replace: {"np.sqrt(K.shape[-1])": "1"}}\n  - {id: sqrt_seq',
                )
            ],
            "`no_scale` cannot be told from `again`",
        ),
        ([("misconceptions:\n" + SPEC.partition("misconceptions:\n")[2], "")], "it names no misconception"),
        (
            [('  "scores = Q @ K.T / np.sqrt(Q.shape[-1])": both have as many columns\n', "")],
            "line 4 of the reference as `scores = Q @ K.T / np.sqrt(Q.shape[-1])` loses no points",
        ),
        ([("np.sqrt(Q.shape[-1])", "np.cbrt(Q.shape[-1])")], "which is no mutant of the reference"),
        ([("np.sqrt(Q.shape[-1])", "np.sqrt(V.shape[-1])")], "which loses points"),
    ],
    ids=["zeros", "tolerance", "square", "one column", "twice", "none", "a survivor", "no mutant", "no survivor"],
)
def test_a_spec_that_does_not_measure_is_caught(
    tmp_path: Path, runner: LocalRunner, changes: list[tuple[str, str]], problem: str
) -> None:
    found = verified(tmp_path, runner, *changes)
    assert any(problem in told for told in found.problems), found.problems


def test_examples_that_contradict_the_reference_are_the_authors_error(tmp_path: Path, runner: LocalRunner) -> None:
    wrong = "expect: {output: [[1.0, 2.0, 3.0]]}, given: {Q: [[1, 0, 0, 0]], K: [[1, 0, 0, 0]], V: [[9, 9, 9]]}"
    with pytest.raises(ReferenceFault, match=r"the spec expects 1"):
        verified(tmp_path, runner, ("expect: reference}", f"cases: [{{id: one, {wrong}}}]}}"))


def test_an_edit_that_does_not_fit_is_told_with_its_place(tmp_path: Path, runner: LocalRunner) -> None:
    with pytest.raises(SpecError, match=r"attention.yaml:18:.*exactly once, and it is not there"):
        verified(tmp_path, runner, ('{" / np.sqrt(K.shape[-1])": ""}', '{"np.cbrt": ""}'))
