# misconception: arg_max
# loses: end_to_end
import numpy as np


def create_qkv(inputs, weights_q, weights_k, weights_v):
    return np.matmul(inputs, weights_q), np.matmul(inputs, weights_k), np.matmul(inputs, weights_v)


def lookup(queries, keys, values):
    """Every query gets the value of the key that fits best."""
    best = (queries @ keys.T).argmax(axis=1)
    return values[best]


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    out = np.empty_like(V)
    step = V.shape[2] // num_heads
    for sentence in range(V.shape[0]):
        for start in range(0, V.shape[2], step):
            columns = np.arange(start, start + step)
            out[sentence][:, columns] = lookup(Q[sentence][:, columns], K[sentence][:, columns], V[sentence][:, columns])
    return out
