"""Attention, right and wrong, and the cases on which the checks tell them apart."""

from __future__ import annotations

from typing import Any

import numpy as np
from checks.trying import Case

from grader.checks import Layout
from grader.inputs.base import Source, rounded
from grader.model import Array


def drawn(name: str, *shape: int) -> Array:
    """Normal numbers."""
    return rounded(Source(7, name).random.standard_normal(shape))


# ------------------------------------------------------------------------------------------------ attention


def softmax(scores: Array, axis: int = -1) -> Any:
    """Stable."""
    weights = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return weights / weights.sum(axis=axis, keepdims=True)


def scores_of(Q: Array, K: Array) -> Any:
    """Scaled, in the dtype of the inputs."""
    return Q @ np.swapaxes(K, -1, -2) / np.asarray(np.sqrt(K.shape[-1]), np.result_type(Q, np.float16))


def attention(Q: Array, K: Array, V: Array) -> Any:
    """Right."""
    return softmax(scores_of(Q, K)) @ V


def masked(Q: Array, K: Array, V: Array, mask: Array) -> Any:
    """Right."""
    return softmax(np.where(mask, scores_of(Q, K), -np.inf)) @ V


def no_scale(Q: Array, K: Array, V: Array) -> Any:
    return softmax(Q @ np.swapaxes(K, -1, -2)) @ V


def scale_by_d_k(Q: Array, K: Array, V: Array) -> Any:
    return softmax(Q @ np.swapaxes(K, -1, -2) / K.shape[-1]) @ V


def scale_by_sequence(Q: Array, K: Array, V: Array) -> Any:
    return softmax(Q @ np.swapaxes(K, -1, -2) / np.sqrt(K.shape[-2])) @ V


def no_softmax(Q: Array, K: Array, V: Array) -> Any:
    return scores_of(Q, K) @ V


def exp_only(Q: Array, K: Array, V: Array) -> Any:
    return np.exp(scores_of(Q, K)) @ V


def softmax_over_queries(Q: Array, K: Array, V: Array) -> Any:
    return softmax(scores_of(Q, K), -2) @ V


def softmax_over_batch(Q: Array, K: Array, V: Array) -> Any:
    return softmax(scores_of(Q, K), 0) @ V


def signed_weights(Q: Array, K: Array, V: Array) -> Any:
    """Weights that sum to one, some below zero."""
    weights = scores_of(Q, K)
    return (weights - weights.mean(axis=-1, keepdims=True) + 1 / weights.shape[-1]) @ V


def causal(Q: Array, K: Array, V: Array) -> Any:
    return masked(Q, K, V, np.tri(Q.shape[-2], K.shape[-2], dtype=bool))


def positional(Q: Array, K: Array, V: Array) -> Any:
    return attention(Q, K, V) + 0.01 * np.arange(Q.shape[-2])[:, None]


def batch_normalised(Q: Array, K: Array, V: Array) -> Any:
    return attention(Q, K, V - V.mean(axis=0))


def first_item_only(Q: Array, K: Array, V: Array) -> Any:
    return attention(Q, K, V)[:1]


def ignores_mask(Q: Array, K: Array, V: Array, mask: Array) -> Any:
    return attention(Q, K, V)


def masks_after_softmax(Q: Array, K: Array, V: Array, mask: Array) -> Any:
    return (softmax(scores_of(Q, K)) * mask) @ V


def in_place(Q: Array, K: Array, V: Array) -> Any:
    Q /= np.sqrt(K.shape[-1])
    return softmax(Q @ np.swapaxes(K, -1, -2)) @ V


def unstable(Q: Array, K: Array, V: Array) -> Any:
    with np.errstate(all="ignore"):
        weights = np.exp(scores_of(Q, K))
        return weights / weights.sum(axis=-1, keepdims=True) @ V


def truncated(Q: Array, K: Array, V: Array) -> Any:
    output = np.empty_like(V)
    output[...] = attention(Q, K, V)
    return output


def half_precision(Q: Array, K: Array, V: Array) -> Any:
    """Careless with narrow floats only."""
    return attention(Q, K, V).astype(np.float16) if Q.dtype == np.float32 else attention(Q, K, V)


def always_float64(Q: Array, K: Array, V: Array) -> Any:
    return attention(Q.astype(np.float64), K, V)


class Noisy:
    """Another answer each time."""

    calls = 0

    def __call__(self, Q: Array, K: Array, V: Array) -> Any:
        self.calls += 1
        return attention(Q, K, V) + 0.01 * self.calls


# ------------------------------------------------------------------------------------------------ cases

STEP = "output = attention(Q, K, V)"
INPUTS = {"Q": drawn("Q", 5, 4), "K": drawn("K", 5, 4), "V": drawn("V", 5, 3)}
WORDS = {"Q": ("n", "d_k"), "K": ("n", "d_k"), "V": ("n", "d_v")}

PLAIN = Case(INPUTS, Layout(WORDS, {"output": ("n", "d_v")}, {"output": (5, 3)}), STEP)
"""One head, no mask."""

EXPECTED = Case(INPUTS, PLAIN.layout, STEP, expected={"output": attention(**INPUTS)})
"""The same against expected values."""

BATCHED = Case(
    {"Q": drawn("Q", 3, 5, 4), "K": drawn("K", 3, 5, 4), "V": drawn("V", 3, 5, 2)},
    Layout(
        {name: ("batch", *dims) for name, dims in WORDS.items()},
        {"output": ("batch", "n", "d_v")},
        {"output": (3, 5, 2)},
    ),
    STEP,
)
"""Three items."""

MASKED = Case(
    {**INPUTS, "mask": np.broadcast_to(np.arange(5) < 3, (5, 5)).copy()},
    Layout({**WORDS, "mask": ("n", "n")}, PLAIN.layout.outputs, PLAIN.layout.shapes),
    "output = masked_attention(Q, K, V, mask)",
)
"""The last two of five keys are hidden."""
