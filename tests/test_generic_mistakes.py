"""Mistakes that fit a reference, and changes of it that are none."""

from __future__ import annotations

import pytest

from grader.generic_mistakes import equivalents, mistakes

REFERENCE = """
def attend(Q, K, V):
    scores = Q @ K.T / np.sqrt(K.shape[1])
    scores = scores - scores.max(axis=-1, keepdims=True)
    weights = np.exp(scores)
    return weights / weights.sum(axis=-1, keepdims=True) @ V
"""


def found(reference: str) -> dict[str, dict[str, str]]:
    return {mistake.id: dict(mistake.replace) for mistake in mistakes(reference)}


def test_mistakes_of_an_attention() -> None:
    scores = "scores = Q @ K.T / np.sqrt(K.shape[1])"
    assert found(REFERENCE) == {
        "no_scale": {scores: "scores = Q @ K.T"},
        "softmax_over_queries": {
            "scores = scores - scores.max(axis=-1, keepdims=True)": (
                "scores = scores - scores.max(axis=0, keepdims=True)"
            ),
            "return weights / weights.sum(axis=-1, keepdims=True) @ V": (
                "return weights / weights.sum(axis=0, keepdims=True) @ V"
            ),
        },
        "scores_transposed": {scores: "scores = K @ Q.T / np.sqrt(K.shape[1])"},
    }


@pytest.mark.parametrize(
    ("old", "new", "id_", "line"),
    [
        ("Q @ K.T", "np.dot(Q, K.T)", "scores_transposed", "scores = np.dot(K, Q.T) / np.sqrt(K.shape[1])"),
        ("np.sqrt(K.shape[1])", "K.shape[1] ** 0.5", "no_scale", "scores = Q @ K.T"),
    ],
)
def test_other_ways_to_write_it(old: str, new: str, id_: str, line: str) -> None:
    assert list(found(REFERENCE.replace(old, new))[id_].values()) == [line]


def test_a_line_that_is_there_twice_is_not_edited() -> None:
    assert found(REFERENCE + REFERENCE) == {}


def test_no_mistakes_where_nothing_is_attention() -> None:
    assert found("def double(x):\n    return 2 * x\n") == {}


def test_changes_that_are_none() -> None:
    assert equivalents(REFERENCE) == {
        "scores = Q @ K.T / np.sqrt(Q.shape[1])": "queries and keys have the same number of columns",
        "scores = scores - scores.max(axis=1, keepdims=True)": "axis 1 is the last one",
        "return weights / weights.sum(axis=1, keepdims=True) @ V": "axis 1 is the last one",
    }
