# attack: loops at import, but never at the same statement twice
# verdict: timeout|none
# score: 0..10
# slow: yes
import os
import time

import numpy as np

mine = os.urandom(1)[0] % 4
while mine == 0:
    time.sleep(1)
while mine == 1:
    time.sleep(1)
while mine == 2:
    time.sleep(1)
while mine == 3:
    time.sleep(1)


def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q, K, V):
    scores = Q @ K.T / np.sqrt(K.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ V
