"""Which mistake real wrong submissions made, told by mutants that run in real workers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.assignments import load_assignment
from grader.exam import Exam, prepare
from grader.model import Result, SourceFile, Submission
from grader.runner import LocalRunner
from grader.slot import grade_one

RIGHT = """
import numpy as np
def compute_qkv(X, W_q, W_k, W_v):
    return X.dot(W_q), X.dot(W_k), X.dot(W_v)
def self_attention(Q, K, V):
    rows = []
    for q in Q:
        e = np.exp(K.dot(q) / K.shape[1] ** 0.5)
        rows.append((e / e.sum()).dot(V))
    return np.array(rows)
"""


@pytest.fixture(scope="module")
def slot() -> Iterator[tuple[Exam, LocalRunner]]:
    with LocalRunner() as runner:
        yield prepare(load_assignment("self_attention", None), None, "all", runner), runner


def graded(slot: tuple[Exam, LocalRunner], *changes: tuple[str, str]) -> Result:
    source = RIGHT
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    exam, runner = slot
    submission = Submission("m", "m", "m.py", (SourceFile("m.py", source.encode()),), "0" * 64)
    return grade_one(submission, exam, runner).result


NO_SCALE = (" / K.shape[1] ** 0.5", "")
VALUES_ARE_INPUTS = ("X.dot(W_k), X.dot(W_v)", "X.dot(W_k), X")


def test_a_right_submission_has_no_diagnosis(slot: tuple[Exam, LocalRunner]) -> None:
    result = graded(slot)
    assert (result.score, result.diagnoses) == (10, ())
    assert any(case.verdict == "failed" for case in result.cases)  # it is not stable for large inputs


def test_one_mistake_is_named_with_what_mending_it_gives(slot: tuple[Exam, LocalRunner]) -> None:
    (found,) = graded(slot, NO_SCALE).diagnoses
    assert (found.misconception, found.score_if_mended) == ("no_scale", 10)
    assert found.hint


def test_two_at_once_are_named_each_with_its_own_gain(slot: tuple[Exam, LocalRunner]) -> None:
    result = graded(slot, NO_SCALE, ("X.dot(W_q), X.dot(W_k)", "X.dot(W_k), X.dot(W_k)"))
    found = {diagnosis.misconception: diagnosis.score_if_mended for diagnosis in result.diagnoses}
    assert found.keys() == {"no_scale", "keys_used_as_queries"}
    assert all(result.score < mended < 10 for mended in found.values())


def test_two_in_one_function_are_named_though_neither_is_seen_alone(slot: tuple[Exam, LocalRunner]) -> None:
    found = graded(slot, NO_SCALE, ("K.dot(q)", "np.where(np.arange(len(K)) <= len(rows), K.dot(q), -np.inf)"))
    assert {diagnosis.misconception for diagnosis in found.diagnoses} == {"no_scale", "causal_mask_added"}


@pytest.mark.parametrize(
    "change", [(" / K.shape[1] ** 0.5", " / 1.7"), ("(e / e.sum()).dot(V)", "(e / e.sum()).dot(V) + 0.1")]
)
def test_of_a_mistake_that_is_not_known_nothing_is_said(
    slot: tuple[Exam, LocalRunner], change: tuple[str, str]
) -> None:
    result = graded(slot, change)
    assert result.score < 10
    assert result.diagnoses == ()


def test_a_submission_that_only_raises_has_none(slot: tuple[Exam, LocalRunner]) -> None:
    assert graded(slot, ("rows = []", "rows = missing")).diagnoses == ()


def test_a_list_of_right_numbers_is_one_cause(slot: tuple[Exam, LocalRunner]) -> None:
    result = graded(slot, ("return np.array(rows)", "return [list(row) for row in rows]"))
    (found,) = result.diagnoses
    assert (found.misconception, found.score_if_mended) == ("list_returned", 10)
    assert result.score < 3


def test_a_list_of_wrong_numbers_is_two(slot: tuple[Exam, LocalRunner]) -> None:
    result = graded(slot, ("return np.array(rows)", "return [list(row) for row in rows]"), NO_SCALE)
    listed, named = result.diagnoses
    assert (listed.misconception, named.misconception) == ("list_returned", "no_scale")
    assert named.score_if_mended == result.score <= listed.score_if_mended < 10


def test_what_is_not_named_is_told_by_its_place_and_its_looks(slot: tuple[Exam, LocalRunner]) -> None:
    result = graded(slot, ("(e / e.sum()).dot(V)", "(e / e.sum()).dot(V) * 3"))
    assert [clue.kind for clue in result.clues] == ["stage", "property"]
    assert result.clues[0].text == "`compute_qkv` is right; `self_attention` is not."
    assert "3" in result.clues[1].text
    assert result.pictures


def test_a_variant_is_told_in_its_own_words(slot: tuple[Exam, LocalRunner]) -> None:
    (found,) = graded(slot, ("X.dot(W_q), X.dot(W_k)", "X.dot(W_q), X.dot(W_q)")).diagnoses
    assert (found.misconception, found.hint) == ("queries_used_as_keys", "K is X·W_k, not X·W_q.")
    assert found.score_if_all_mended is None


def test_of_two_each_says_what_mending_both_gives(slot: tuple[Exam, LocalRunner]) -> None:
    found = graded(slot, NO_SCALE, ("X.dot(W_q), X.dot(W_k)", "X.dot(W_k), X.dot(W_k)")).diagnoses
    assert [diagnosis.score_if_all_mended for diagnosis in found] == [10, 10]
