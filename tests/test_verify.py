"""The shipped specs measure, over many seeds; specs that do not are caught."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from warm import grader

from grader import rehearsal
from grader.assignments import load_assignment, shipped_folder, spec_files
from grader.errors import ReferenceFault, SpecError
from grader.exam import prepare
from grader.kill_matrix import Verified
from grader.runner import LocalRunner
from grader.spec_loader import load_spec
from grader.verify import verify

ROOT = Path(__file__).parent.parent
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


@pytest.fixture(scope="module")
def threaded() -> Iterator[LocalRunner]:
    with rehearsal.with_threads() as made:
        yield made


def verified(folder: Path, runner: LocalRunner, *changes: tuple[str, str], reference: str = REFERENCE) -> Verified:
    text = SPEC
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    for name, content in (("test_specs/attention.yaml", text), ("reference/attention.py", reference)):
        (folder / name).parent.mkdir()
        (folder / name).write_text(content, encoding="utf-8")
    return verify(prepare(load_spec(folder / "test_specs" / "attention.yaml"), None, "all", runner), runner)


def marks_of(seed: int) -> list[pytest.MarkDecorator]:
    """Four seeds of each spec are in the normal run, for its time; one of them is measured."""
    return [pytest.mark.long] * (seed >= 4) + [pytest.mark.unmeasured] * (seed > 0)


SEEDS = [pytest.param(name, seed, marks=marks_of(seed)) for name in IDS for seed in range(20)]


@pytest.mark.parametrize(("name", "seed"), SEEDS)
def test_the_shipped_specs_measure_whatever_the_seed(
    runner: LocalRunner, threaded: LocalRunner, name: str, seed: int
) -> None:
    found = verify(prepare(load_assignment(name, None), seed, "all", runner), runner, threaded)
    assert found.problems == ()
    assert (found.share_caught, found.mutation_score) == (1, 1)
    assert found.reference_score == found.points
    assert found.degenerate_points <= 0.1 * found.points
    margins = found.margins
    assert margins is not None
    assert (margins.looser or 0) > 100
    assert (margins.float32 or 0) > 2
    assert (margins.sums or 0) > 50


@pytest.mark.long
@pytest.mark.unmeasured
@pytest.mark.parametrize("seed", range(20, 100))
@pytest.mark.parametrize("name", IDS)
def test_and_over_many_more_seeds(runner: LocalRunner, name: str, seed: int) -> None:
    found = verify(prepare(load_assignment(name, None), seed, "all", runner), runner)
    assert found.problems == ()


def test_a_good_spec_has_no_problem(tmp_path: Path, runner: LocalRunner) -> None:
    found = verified(tmp_path, runner)
    assert (found.problems, found.remarks) == ((), ())
    assert [(case.id, case.kills, case.shows, case.degenerate, case.needed) for case in found.cases] == [
        ("random.1", 2, 2, (), True),
        ("random.2", 2, 2, (), True),
    ]
    assert found.took is not None
    assert (found.took.cases, found.took.runs) == (2, 2)
    assert {survivor.why for survivor in found.survivors} == {"both have as many columns", "it is the last axis"}
    wrong = [mutant for mutant in found.automatic if not mutant.survives]
    assert {len(mutant.loses) for mutant in wrong} == {2}
    assert [(row.misconception, row.keeps, row.named) for row in found.rows] == [
        ("no_scale", 0, ("no_scale",)),
        ("sqrt_seq", 0, ("sqrt_seq",)),
    ]


OTHER = "{id: other, points: 5, given: {K: {zeros: [n, d]}}, expect: reference}"
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
        (ZEROS, "all of `random`: nothing but 0 in `Q`, `K`: draw it"),
        (
            [("K: {normal: [n, d]}", "K: {normal: [n, d], std: 0.001}")],
            "the softmax is nearly uniform: draw `Q`, `K` larger",
        ),
        (
            [("K: {normal: [n, d]}", "K: {normal: [n, d], std: 150}")],
            "the softmax is saturated: draw `Q`, `K` smaller",
        ),
        ([("given:", "tolerance: {rtol: 0.99, atol: 0.99}\ngiven:")], "the tolerance is too wide"),
        ([("given:", "tolerance: {rtol: 0, atol: 1e-9}\ngiven:")], "in float32 loses `random."),
        ([("{n: 6, d: 4, e: 3}", "{n: 4, d: 4, e: 4}")], "in every case with points all matrices are square"),
        (
            [
                (
                    "{id: random, points: 10,",
                    f"{OTHER}\n  - {{id: random, points: 5,",
                ),
                ("title: not scaled", "title: not scaled, caught_by: random"),
                ("title: by the tokens", "title: by the tokens, caught_by: random"),
            ],
            "5 of 10 points are for cases that measure little (at most 4 should be): `other` (2 of 2 known mistakes",
        ),
        ([("np.sqrt(Q.shape[-1])", "np.cbrt(Q.shape[-1])")], "which is no mutant of the reference"),
        ([("np.sqrt(Q.shape[-1])", "np.sqrt(V.shape[-1])")], "which loses points"),
    ],
    ids=[
        *("zeros", "tolerance", "square", "one column", "twice", "none", "a survivor"),
        *("zeros told", "uniform", "saturated", "too wide", "too tight", "all square", "dominated"),
        *("no mutant", "no survivor"),
    ],
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


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (
            '{" / np.sqrt(K.shape[-1])": " / (np.sqrt(K.shape[-1])"}',
            (
                "`no_scale` cannot be loaded: Python cannot read the reference with it, '(' was never closed (line 4, "
                "`scores = Q @ K.T / (np.sqrt(K.shape[-1])`)"
            ),
        ),
        ('{" / np.sqrt(K.shape[-1])": " / nonesuch"}', "`no_scale` raises NameError: name 'nonesuch' is not defined"),
        (
            '{"import numpy as np": "import numpy as np\\nnonesuch"}',
            "`no_scale` cannot be loaded: the reference with it raises an exception before any function is called",
        ),
    ],
    ids=["syntax", "name", "top level"],
)
def test_a_broken_mistake_is_told_by_its_name_with_the_reason(
    tmp_path: Path, runner: LocalRunner, edit: str, why: str
) -> None:
    found = verified(tmp_path, runner, ('{" / np.sqrt(K.shape[-1])": ""}', edit))
    assert [told for told in found.problems if told.startswith(why)] != [], found.problems
    assert [row.misconception for row in found.rows if row.broken] == ["no_scale"]


# --- the shipped spec, spoiled, as its author would see it ------------------------------------------


def _all_zeros(text: str) -> str:
    return re.sub(r"\{normal: (\[[^]]*\])[^}]*\}", r"{zeros: \1}", text)


def _wide(text: str) -> str:
    return text.replace("{rtol: 1e-5, atol: 1e-6}", "{rtol: 0.99, atol: 0.99}")


def _of_one(text: str) -> str:
    return text.replace("{rtol: 1e-5, atol: 1e-6}", "{rtol: 1, atol: 1}")


def _all_square(text: str) -> str:
    text = re.sub(r"sizes: \{[^}]*\}", lambda sizes: re.sub(r": [\d.]+", ": 5", sizes[0]), text)
    return re.sub(r"\n *where: .*", "", text)


def _contradicting(text: str) -> str:
    return text.replace("[[1.660477,", "[[1.760477,")


ZEROS_TOLD = (
    "✗ all of `rectangular`: nothing but 0 in `X`, `W_q`, `W_k`, `W_v`: draw it, with `normal`",
    "✗ 8 of 10 points are for cases that measure little (at most 4 should be)",
)
SQUARE_TOLD = (
    "✗ in every case with points all matrices are square and of one size",
    "✗ `scale_by_sqrt_seq` loses nothing on `rectangular`, which must catch it",
)
CONTRADICTION_TOLD = ("case examples.identity_projections: `output` is 1.6604769 at (0, 0), the spec expects 1.760477",)


@pytest.mark.parametrize(
    ("spoil", "code", "words"),
    [
        (_all_zeros, 1, ZEROS_TOLD),
        (_wide, 1, ("✗ the tolerance is too wide: `scale_by_sqrt_seq` on `rectangular` passes",)),
        (_of_one, 2, ("self_attention.yaml:15:13: `tolerance.rtol`: expected less than 1; got 1",)),
        (_all_square, 1, SQUARE_TOLD),
        (_contradicting, 2, CONTRADICTION_TOLD),
    ],
    ids=["zeros", "wide", "of one", "square", "contradicting"],
)
def test_spoiled_specs_are_told_on_the_command_line(
    tmp_path: Path, spoil: Callable[[str], str], code: int, words: tuple[str, ...]
) -> None:
    text = (ROOT / "test_specs" / "self_attention.yaml").read_text(encoding="utf-8")
    assert spoil(text) != text
    for name, content in (("test_specs/self_attention.yaml", spoil(text)), ("reference/self_attention.py", "")):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(content or (ROOT / name).read_text(encoding="utf-8"), encoding="utf-8")
    done = grader("verify", "self_attention", "--specs", tmp_path / "test_specs", cwd=tmp_path)
    assert done.returncode == code, done.stderr
    told = " ".join((done.stdout + done.stderr).split())
    assert [word for word in words if word not in told] == []


def test_a_reference_that_is_left_to_chance_is_told(tmp_path: Path, runner: LocalRunner) -> None:
    by_chance = REFERENCE.replace("keepdims=True) @ V", "keepdims=True) @ V + int.from_bytes(os.urandom(4), 'big')")
    found = verified(tmp_path, runner, reference="import os\n" + by_chance)
    assert "the reference gives other results when it is run again" in found.problems


def test_the_documents_show_what_is_printed() -> None:
    page = (ROOT / "docs" / "authoring.md").read_text(encoding="utf-8")
    shown = re.search(r"```text\n(masked_self_attention, seed 53\n.*?)```", page, re.DOTALL)
    assert shown is not None
    done = grader("verify", "masked_self_attention")
    count = len(shown[1].splitlines())
    printed = done.stdout.splitlines()[:count]
    assert [_unmeasured(line) for line in printed] == [_unmeasured(line) for line in shown[1].splitlines()]


def _unmeasured(line: str) -> str:
    """Without what differs from machine to machine."""
    line = re.sub(r"take [\d.]+ s|when it is [\d,]+ times|\(`[\w.]+`\)", "", line)
    return re.sub(r"with 2 BLAS threads, the same|the number of BLAS threads could not be changed here", "", line)
