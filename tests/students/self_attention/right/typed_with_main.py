"""
Self-Attention.

Implements scaled dot-product attention for a single head.
"""
from __future__ import annotations

import argparse
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


class Projections(NamedTuple):
    """Queries, keys and values of a sequence."""

    queries: Matrix
    keys: Matrix
    values: Matrix


def compute_qkv(X: Matrix, W_q: Matrix, W_k: Matrix, W_v: Matrix) -> Projections:
    """Project the sequence into query, key and value space."""
    if not X.shape[1] == W_q.shape[0] == W_k.shape[0] == W_v.shape[0]:
        raise ValueError("the weight matrices do not fit the input")
    return Projections(queries=X @ W_q, keys=X @ W_k, values=X @ W_v)


def _log_softmax(logits: Matrix) -> Matrix:
    """Row-wise logarithm of the softmax."""
    return logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)


def self_attention(Q: Matrix, K: Matrix, V: Matrix, *, scale: float | None = None) -> Matrix:
    """Mix the values.

    Parameters
    ----------
    Q, K, V
        as returned by :func:`compute_qkv`
    scale
        defaults to the square root of the dimension of the keys
    """
    if scale is None:
        scale = float(np.sqrt(K.shape[1]))
    log_weights = _log_softmax((Q / scale) @ K.T)
    return np.exp(log_weights) @ V


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", type=int, default=4)
    parser.add_argument("--size", type=int, default=8)
    args = parser.parse_args()
    rng = np.random.default_rng()
    X = rng.normal(size=(args.tokens, args.size))
    weights = rng.normal(size=(3, args.size, args.size))
    print(self_attention(*compute_qkv(X, *weights)))


if __name__ == "__main__":
    main()
