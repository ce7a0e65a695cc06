# misconception: inputs_changed
# loses: advice
"""Multi-head attention where the scale is folded into the query weights: d x d instead of n x n divisions."""
import numpy as np


def create_qkv(inputs, weights_q, weights_k, weights_v):
    return inputs @ weights_q, inputs @ weights_k, inputs @ weights_v


def scaled_dot_product_attention(Q, K, V, scale=1.0):
    logits = scale * np.einsum("bhqd,bhkd->bhqk", Q, K)
    weights = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.einsum("bhqk,bhkd,bhq->bhqd", weights, V, 1 / weights.sum(axis=-1))


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    head_size = inputs.shape[-1] // num_heads
    weights_q = np.asarray(weights_q, dtype=float)
    weights_q /= head_size ** 0.5
    heads = [
        np.stack(np.split(projected, num_heads, axis=-1), axis=1)
        for projected in create_qkv(inputs, weights_q, weights_k, weights_v)
    ]
    output = scaled_dot_product_attention(*heads)
    return np.concatenate(np.moveaxis(output, 1, 0), axis=-1)
