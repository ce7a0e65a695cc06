# misconception: softmax_over_everything
# loses: rectangular
from itertools import product
from math import exp, sqrt

import numpy as np


def inner(u, v):
    return float(sum(u[i] * v[i] for i in range(len(u))))


def softmax(numbers):
    powers = [exp(x) for x in numbers]
    total = sum(powers)
    return [p / total for p in powers]


def compute_qkv(X, W_q, W_k, W_v):
    def times(W):
        return np.array([[inner(x, W[:, c]) for c in range(W.shape[1])] for x in X])
    return times(W_q), times(W_k), times(W_v)


def self_attention(Q, K, V):
    d = len(K[0])
    # all pairs of words, in the order (0,0), (0,1), ...
    logits = [inner(q, k) / sqrt(d) for q, k in product(Q, K)]
    weights = np.reshape(softmax(logits), (len(Q), len(K)))
    return np.array([[inner(w, V[:, c]) for c in range(V.shape[1])] for w in weights])
