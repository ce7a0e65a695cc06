# misconception: times_sqrt_d_head
# loses: end_to_end
import numpy as np


def multi_head_self_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    hidden = inputs.shape[2]
    d_head = hidden // num_heads
    norm = d_head ** -0.5
    mixed = []
    for x in inputs:
        q, k, v = x @ weights_q, x @ weights_k, x @ weights_v
        mixed.append(np.hstack([
            row_softmax(np.inner(q[:, i:i + d_head], k[:, i:i + d_head]) / norm) @ v[:, i:i + d_head]
            for i in range(0, hidden, d_head)
        ]))
    return np.asarray(mixed)


def row_softmax(m):
    return np.array([np.exp(r - r.max()) / np.exp(r - r.max()).sum() for r in m])
