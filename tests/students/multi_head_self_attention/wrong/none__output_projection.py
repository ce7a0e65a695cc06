# misconception: none
# loses: end_to_end
"""Multi-head attention with an output projection W_o, as in the paper."""
import numpy as np


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads, weights_o=None):
    batch, seq, width = inputs.shape
    if weights_o is None:
        weights_o = np.random.default_rng(0).normal(size=(width, width)) / np.sqrt(width)

    def heads(w):
        return (inputs @ w).reshape(batch, seq, num_heads, -1).swapaxes(1, 2)

    q, k, v = heads(weights_q), heads(weights_k), heads(weights_v)
    mixed = softmax(q @ k.swapaxes(-1, -2) / np.sqrt(q.shape[-1])) @ v
    return mixed.swapaxes(1, 2).reshape(batch, seq, width) @ weights_o
