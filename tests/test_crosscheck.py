"""A statement's examples, run with a reference in a worker: every way in which they can disagree."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.crosscheck import Crosscheck, crosscheck
from grader.errors import ReferenceFault
from grader.runner import LocalRunner
from grader.spec_loader import load_spec
from grader.statement import read_statement

SPEC = """
assignment: tiny
title: Tiny
points: 1
reference: reference/tiny.py
functions:
  third: {parameters: [x], returns: [y], aliases: [divide]}
steps: [y = third(x)]
given: {x: {normal: [3]}}
groups:
  - {id: all, points: 1, expect: reference}
"""
REFERENCE = """
def third(x):
    if x == [0]:
        return "no array"
    return x / 3
"""


@pytest.fixture(scope="module")
def runner() -> Iterator[LocalRunner]:
    with LocalRunner() as made:
        yield made


def found(folder: Path, runner: LocalRunner, code: str, reference: str = REFERENCE) -> Crosscheck:
    for name, content in (("test_specs/tiny.yaml", SPEC), ("reference/tiny.py", reference)):
        (folder / name).parent.mkdir()
        (folder / name).write_text(content, encoding="utf-8")
    statement = read_statement(f"```python\ndef third(x): pass\ndef divide(x): pass\ndef half(x): pass\n{code}\n```")
    return crosscheck(load_spec(folder / "test_specs" / "tiny.yaml"), statement, runner)


@pytest.mark.parametrize(
    "code",
    [
        "print(third(np.array([1.0])))  # [0.33333333]",
        "print(third(np.array([2.0])))  # [0.67]",
        "print(divide(6))  # 2.0",
        "print(divide(6))  # 2",
    ],
)
def test_agreement(tmp_path: Path, runner: LocalRunner, code: str) -> None:
    assert found(tmp_path, runner, code) == Crosscheck("tiny", 1, (), ())


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("print(third(np.array([2.0])))  # [0.66]", "says `output` is 0.66 at (0,), the reference gives 0.66666667"),
        ("print(third(6))  # 2.1", "the statement says `output` is 2.1, the reference gives 2"),
        ("print(third(np.array([3.0])))  # [[1.0]]", "gives `output` the shape (1, 1), the reference (1,)"),
        ("print(third(np.array([0])))  # [1.0]", "`output` is str from the reference"),
        ("print(third(np.array([1, 2])))  # [1.0, 2.0]", "the reference fails in this example: ValueError"),
    ],
)
def test_contradictions(tmp_path: Path, runner: LocalRunner, code: str, sentence: str) -> None:
    (place,) = found(tmp_path, runner, code).contradictions
    assert place.line == 5
    assert sentence in place.sentence


def test_examples_of_other_functions_are_unread(tmp_path: Path, runner: LocalRunner) -> None:
    result = found(tmp_path, runner, "print(half(4))  # 2\nprint(third(3))  # 1")
    assert (result.compared, result.contradictions, [place.line for place in result.unread]) == (1, (), [5])


@pytest.mark.parametrize("reference", ["def third(x:", ""])
def test_a_reference_that_cannot_be_loaded(tmp_path: Path, runner: LocalRunner, reference: str) -> None:
    with pytest.raises(ReferenceFault):
        found(tmp_path, runner, "print(third(3))  # 1", reference)
