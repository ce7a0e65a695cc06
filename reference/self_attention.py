"""Self-attention: Attention(Q, K, V) = softmax(Q Kᵀ / √d_k) V, with Q = X W_q, K = X W_k, V = X W_v.

Source: Vaswani et al., "Attention Is All You Need" (2017), equation 1.
"""

import numpy as np


def compute_qkv(X, W_q, W_k, W_v):
    """Project the tokens X (n, d_model) to queries (n, d_k), keys (n, d_k) and values (n, d_v)."""
    Q = X @ W_q
    K = X @ W_k
    V = X @ W_v
    return Q, K, V


def self_attention(Q, K, V):
    """Mix the values (n, d_v) by how well each query (n, d_k) matches each key (n, d_k)."""
    scores = Q @ K.T / np.sqrt(K.shape[-1])
    scores = scores - scores.max(axis=-1, keepdims=True)  # softmax is the same; exp cannot overflow
    weights = np.exp(scores)
    weights = weights / weights.sum(axis=-1, keepdims=True)
    return weights @ V
