# attack: computes once and returns the first result for ever
# verdict: failed|raised
# score: 0..1
import functools

import numpy as np

first = {}


def remembered(function):
    def call(*arguments):
        if function.__name__ not in first:
            first[function.__name__] = function(*arguments)
        return first[function.__name__]

    return call


@remembered
def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v


@remembered
def self_attention(Q, K, V):
    scores = Q @ K.T / np.sqrt(K.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ V
