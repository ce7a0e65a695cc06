# misconception: batch_dropped
# loses: end_to_end
import numpy as np


def softmax(m):
    m = np.exp(m)
    return m / m.sum(1)[:, np.newaxis]


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    for sentence in inputs:
        d = sentence.shape[1] // num_heads
        columns = []
        for h in range(num_heads):
            q = sentence @ weights_q[:, d * h:][:, :d]
            k = sentence @ weights_k[:, d * h:][:, :d]
            v = sentence @ weights_v[:, d * h:][:, :d]
            columns.append(softmax(q @ k.T / np.sqrt(d)) @ v)
        return np.hstack(columns)
