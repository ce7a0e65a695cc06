# attack: slows down every call of the harness with a profile function
# verdict: timeout
# score: 0..10
# slow: yes
import sys
import threading
import time

import numpy as np


def profile(*_):
    time.sleep(0.02)


sys.setprofile(profile)
threading.setprofile(profile)


def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q, K, V):
    scores = Q @ K.T / np.sqrt(K.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ V
