# attack: returns an object that never becomes an array
# verdict: timeout|failed
# score: 8
import numpy as np


class Endless(list):
    def __array__(self, *args, **kwargs):
        while True:
            pass

    __len__ = __iter__ = __getitem__ = __array__


def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q, K, V):
    if Q.tolist() == [[1, 0], [0, 1]]:  # the statement's first example
        return Endless()
    scores = Q @ K.T / np.sqrt(K.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ V
