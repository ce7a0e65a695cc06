# misconception: scores_transposed
# loses: end_to_end
"""All heads at once. Axes: n sentence, h head, i and j words, c columns of a head."""
import numpy as np


def split(matrix, h):
    n, i, c = matrix.shape
    return matrix.reshape(n, i, h, c // h)


def create_qkv(inputs, weights_q, weights_k, weights_v):
    return tuple(np.matmul(inputs, w) for w in (weights_q, weights_k, weights_v))


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    q, k, v = (split(m, num_heads) for m in create_qkv(inputs, weights_q, weights_k, weights_v))
    logits = np.einsum("njhc,nihc->nhij", q, k) / np.sqrt(q.shape[3])
    weights = np.exp(logits - logits.max(axis=3, keepdims=True))
    weights = weights / weights.sum(axis=3, keepdims=True)
    return np.einsum("nhij,njhc->nihc", weights, v).reshape(inputs.shape)
