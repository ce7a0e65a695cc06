# misconception: inputs_changed
# loses: advice
import numpy as np
from typing import Tuple


def clean(*matrices: np.ndarray) -> None:
    """Gets rid of numerical noise like 0.30000000000000004."""
    for matrix in matrices:
        np.around(matrix, 8, out=matrix)


def compute_qkv(X: np.ndarray, W_q: np.ndarray, W_k: np.ndarray, W_v: np.ndarray) -> Tuple[np.ndarray, ...]:
    clean(X, W_q, W_k, W_v)
    return tuple(np.einsum("ab,bc->ac", X, W) for W in (W_q, W_k, W_v))


def self_attention(Q: np.ndarray, K: np.ndarray, V: np.ndarray) -> np.ndarray:
    scores: np.ndarray = np.einsum("ab,cb->ac", Q, K) / Q.shape[1] ** 0.5
    scores = scores - scores.max(axis=1, keepdims=True)
    weights: np.ndarray = np.exp(scores)
    return np.einsum("ac,cb,a->ab", weights, V, 1.0 / weights.sum(axis=1))
