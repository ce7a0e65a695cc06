import numpy as np


def attend(q, k, v):
    similarity = q @ np.transpose(k, (0, 2, 1)) / np.sqrt(k.shape[-1])
    similarity = np.exp(similarity)
    return similarity @ v / similarity.sum(axis=-1, keepdims=True)


def attend_heads(q, k, v, num_heads):
    """First head, then the others, put side by side."""
    if num_heads == 1:
        return attend(q, k, v)
    size = q.shape[-1] // num_heads
    first = attend(q[..., :size], k[..., :size], v[..., :size])
    others = attend_heads(q[..., size:], k[..., size:], v[..., size:], num_heads - 1)
    return np.concatenate((first, others), axis=-1)


def create_qkv(inputs, weights_q, weights_k, weights_v):
    return inputs @ weights_q, inputs @ weights_k, inputs @ weights_v


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    return attend_heads(*create_qkv(inputs, weights_q, weights_k, weights_v), num_heads)
