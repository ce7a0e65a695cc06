"""Self-attention for a single sequence, written with einsum."""
from __future__ import annotations

import numpy as np


def compute_qkv(
    X: np.ndarray, W_q: np.ndarray, W_k: np.ndarray, W_v: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Project the inputs onto queries, keys and values.

    Parameters
    ----------
    X : (n, d_model) array
    W_q, W_k : (d_model, d_k) arrays
    W_v : (d_model, d_v) array

    Returns
    -------
    Q, K, V : arrays of shape (n, d_k), (n, d_k), (n, d_v)
    """
    Q, K, V = (np.einsum("nd,dk->nk", X, W) for W in (W_q, W_k, W_v))
    return Q, K, V


def self_attention(Q: np.ndarray, K: np.ndarray, V: np.ndarray) -> np.ndarray:
    """softmax(Q K^T / sqrt(d_k)) V"""
    logits = np.einsum("ik,jk->ij", Q, K) / np.sqrt(K.shape[-1])
    # subtracting the max does not change the softmax but avoids overflow in exp
    logits = logits - logits.max(axis=-1, keepdims=True)
    weights = np.exp(logits)
    weights /= weights.sum(axis=-1, keepdims=True)
    return np.einsum("ij,jv->iv", weights, V)


if __name__ == "__main__":
    X = np.array([[1, 0, 1], [0, 1, 1], [1, 1, 0]])
    W = np.array([[1, 1, 0], [0, 1, 1], [1, 0, 1]])
    W_v = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    out = self_attention(*compute_qkv(X, W, W, W_v))
    expected = [[8.0, 10.0, 12.0],
                [8.61987385, 10.61987385, 12.61987385],
                [7.38012615, 9.38012615, 11.38012615]]
    assert np.allclose(out, expected), out
    print("ok")
