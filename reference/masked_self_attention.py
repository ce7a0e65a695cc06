"""Masked self-attention: a query only attends to the keys that its row of the mask allows.

Source: Vaswani et al., "Attention Is All You Need" (2017), section 3.2.3.
"""

import numpy as np


def masked_attention(Q, K, V, mask):
    """softmax(Q Kᵀ / √d_k) V where `mask` (n, n) is true (or 1), with weight 0 elsewhere."""
    scores = Q @ K.T / np.sqrt(K.shape[-1])
    scores = np.where(mask, scores, -np.inf)
    scores = scores - scores.max(axis=-1, keepdims=True)  # softmax is the same; exp cannot overflow
    weights = np.exp(scores)
    weights = weights / weights.sum(axis=-1, keepdims=True)
    return weights @ V
