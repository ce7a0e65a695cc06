# misconception: pair: reshape_without_transpose + softmax_over_queries
# loses: end_to_end
import numpy as np


def create_qkv(inputs, weights_q, weights_k, weights_v):
    return tuple(np.dot(inputs, weights) for weights in (weights_q, weights_k, weights_v))


def softmax(values):
    values = np.exp(values - values.max(axis=2, keepdims=True))
    return values / values.sum(axis=2, keepdims=True)


def scaled_dot_product_attention(Q, K, V, scale):
    return softmax((Q @ np.einsum("bhsd->bhds", K)) / scale) @ V


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    batch, seq, dim = inputs.shape
    view = (batch, num_heads, seq, dim // num_heads)
    Q, K, V = (m.reshape(view) for m in create_qkv(inputs, weights_q, weights_k, weights_v))
    return scaled_dot_product_attention(Q, K, V, np.sqrt(view[-1])).reshape(batch, seq, dim)
