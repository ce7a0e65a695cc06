# misconception: softmax_over_queries
# loses: end_to_end
import numpy as np


def create_qkv(inputs, weights_q, weights_k, weights_v):
    return inputs @ weights_q, inputs @ weights_k, inputs @ weights_v


def split_heads(x, num_heads):
    b, s, d = x.shape
    return np.transpose(np.reshape(x, (b, s, num_heads, d // num_heads)), (0, 2, 1, 3))


def merge_heads(x):
    b, h, s, d = x.shape
    return np.reshape(np.transpose(x, (0, 2, 1, 3)), (b, s, h * d))


def softmax(x, axis=-2):
    shifted = x - np.max(x, axis=axis, keepdims=True)
    return np.exp(shifted) / np.sum(np.exp(shifted), axis=axis, keepdims=True)


def scaled_dot_product_attention(Q, K, V, scale):
    return softmax(Q @ np.swapaxes(K, -1, -2) * scale) @ V


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    qkv = create_qkv(inputs, weights_q, weights_k, weights_v)
    Q, K, V = [split_heads(x, num_heads) for x in qkv]
    return merge_heads(scaled_dot_product_attention(Q, K, V, Q.shape[-1] ** -0.5))
