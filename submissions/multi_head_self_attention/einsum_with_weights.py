"""Multi-head self-attention with np.einsum.

Letters in the subscripts: b batch, q/k position of the query/key, h head, d depth.
"""
from typing import Tuple

import numpy as np

Array = np.ndarray


def create_qkv(inputs: Array, weights_q: Array, weights_k: Array, weights_v: Array) -> Tuple[Array, Array, Array]:
    """Linear projections, each of shape (batch, seq, hidden)."""
    project = lambda w: np.einsum("bsi,io->bso", inputs, w)
    return project(weights_q), project(weights_k), project(weights_v)


def scaled_dot_product_attention(Q: Array, K: Array, V: Array, scale: float) -> Tuple[Array, Array]:
    """Attend within each head.

    Args:
        Q, K, V: (batch, seq, heads, depth)
        scale: factor for the scores, 1/sqrt(depth)

    Returns:
        the attended values and, for plotting, the attention weights
    """
    scores = np.einsum("bqhd,bkhd->bhqk", Q, K) * scale
    scores -= scores.max(axis=-1, keepdims=True)
    weights = np.exp(scores)
    weights /= weights.sum(axis=-1, keepdims=True)
    return np.einsum("bhqk,bkhd->bqhd", weights, V), weights


def multi_head_attention(inputs: Array, weights_q: Array, weights_k: Array, weights_v: Array, num_heads: int) -> Array:
    """Multi-head self-attention without an output projection."""
    batch, seq, hidden = inputs.shape
    depth = hidden // num_heads
    Q, K, V = (
        x.reshape(batch, seq, num_heads, depth)
        for x in create_qkv(inputs, weights_q, weights_k, weights_v)
    )
    attended, _ = scaled_dot_product_attention(Q, K, V, depth ** -0.5)
    # heads are already next to the depth, so this concatenates them
    return attended.reshape(batch, seq, hidden)


if __name__ == "__main__":
    rng = np.random.default_rng(7)
    x = rng.standard_normal((2, 5, 12))
    wq, wk, wv = rng.standard_normal((3, 12, 12))
    y = multi_head_attention(x, wq, wk, wv, num_heads=3)
    assert y.shape == x.shape
    print(y[0].round(3))
