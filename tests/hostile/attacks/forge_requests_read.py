# attack: reads the requests that were for the worker
# verdict: crashed|timeout|protocol|none
# score: 0..10
import os

import numpy as np

os.set_blocking(3, False)
while True:
    try:
        os.read(3, 1 << 20)
    except BlockingIOError:
        pass


def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q, K, V):
    scores = Q @ K.T / np.sqrt(K.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ V
