# attack: recurses so deep in C that the stack ends
# verdict: crashed|memory|raised
# score: 8
import sys

import numpy as np


def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q, K, V):
    if Q.tolist() == [[1, 0], [0, 1]]:  # the statement's first example
        sys.setrecursionlimit(2**31 - 1)
        nested = ()
        for _ in range(200_000):
            nested = (nested,)
        hash(nested)
    scores = Q @ K.T / np.sqrt(K.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ V
