"""Multi-head self-attention: every head attends on its own slice of the projections; heads are concatenated.

Source: Vaswani et al., "Attention Is All You Need" (2017), section 3.2, without the output projection.
"""

import numpy as np


def create_qkv(inputs, weights_q, weights_k, weights_v):
    """Project the inputs (batch, seq, d_model) to queries, keys and values of the same shape."""
    Q = inputs @ weights_q
    K = inputs @ weights_k
    V = inputs @ weights_v
    return Q, K, V


def scaled_dot_product_attention(Q, K, V, scale):
    """softmax(Q Kᵀ · scale) V over the last two axes (seq, d_head); `scale` is the factor 1 / √d_head."""
    scores = Q @ np.swapaxes(K, -1, -2) * scale
    scores = scores - scores.max(axis=-1, keepdims=True)  # softmax is the same; exp cannot overflow
    weights = np.exp(scores)
    weights = weights / weights.sum(axis=-1, keepdims=True)
    return weights @ V


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    """Attention of every head on its own d_head = d_model / num_heads columns, side by side again."""
    batch, seq, d_model = inputs.shape
    d_head = d_model // num_heads

    def split(x):  # (batch, seq, d_model) -> (batch, heads, seq, d_head)
        return x.reshape(batch, seq, num_heads, d_head).transpose(0, 2, 1, 3)

    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    heads = scaled_dot_product_attention(split(Q), split(K), split(V), 1 / np.sqrt(d_head))
    return heads.transpose(0, 2, 1, 3).reshape(batch, seq, d_model)
