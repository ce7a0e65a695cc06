# misconception: heads_reversed
# loses: end_to_end
"""The heads are attended to recursively, the last one first."""
import numpy as np


def softmax(z):
    e = np.exp(z)
    return e / e.sum(-1)[..., None]


def create_qkv(inputs, weights_q, weights_k, weights_v):
    return np.dot(inputs, weights_q), np.dot(inputs, weights_k), np.dot(inputs, weights_v)


def heads(queries, keys, values):
    if not queries:
        return []
    q, k, v = queries.pop(), keys.pop(), values.pop()
    attended = softmax(np.einsum("bqd,bkd->bqk", q, k) / np.sqrt(q.shape[2])) @ v
    return [attended] + heads(queries, keys, values)


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    lists = [np.split(m, num_heads, axis=2) for m in create_qkv(inputs, weights_q, weights_k, weights_v)]
    return np.dstack(heads(*lists))
