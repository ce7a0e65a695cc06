# attack: nests iterators so deep that freeing them ends the stack
# verdict: crashed|memory|raised|timeout|none
# score: 8..10
import numpy as np


def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q, K, V):
    if Q.tolist() == [[1, 0], [0, 1]]:  # the statement's first example
        chain = iter(())
        for _ in range(200_000):
            chain = map(None, chain)
        next(chain)
    scores = Q @ K.T / np.sqrt(K.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ V
