# misconception: sum_without_keepdims
# loses: end_to_end
import numpy as np


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    batch, seq, d_model = inputs.shape
    d_head = d_model // num_heads
    output = np.zeros((batch, seq, d_model))
    for b in range(batch):
        for first in range(0, d_model, d_head):
            part = slice(first, first + d_head)
            q, k, v = (inputs[b] @ w[:, part] for w in (weights_q, weights_k, weights_v))
            e = np.exp(q @ k.T / np.sqrt(d_head))
            output[b, :, part] = e / e.sum(axis=1) @ v
    return output
