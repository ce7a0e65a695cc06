# misconception: only_q_projected
# loses: rectangular
import math

import numpy as np


def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X, X


def self_attention(Q, K, V):
    output = []
    for q in Q:
        weights = np.array([math.exp(q @ k / math.sqrt(len(k))) for k in K])
        output.append(weights @ V / weights.sum())
    return np.array(output)
