# misconception: scores_transposed
# loses: rectangular
import numpy as np
from collections import namedtuple

QKV = namedtuple("QKV", "k q v")


def compute_qkv(X, W_q, W_k, W_v):
    # order: first query, then key, then value
    return QKV(X @ W_k, X @ W_q, X @ W_v)


def self_attention(Q, K, V):
    d = K.shape[-1]
    logits = np.array([[np.sum(q * k) for k in K] for q in Q]) / np.sqrt(d)
    logits = logits - logits.max(axis=-1).reshape(len(Q), 1)
    e = np.exp(logits)
    return np.array([row / row.sum() @ V for row in e])
