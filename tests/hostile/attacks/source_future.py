# attack: turns on every feature of the future, and some that will never be
# verdict: none
# score: 10
from __future__ import annotations
from __future__ import braces
from __future__ import barry_as_FLUFL
from __future__ import division, generators, nested_scopes, print_function

import numpy as np


def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q, K, V):
    scores = Q @ K.T / np.sqrt(K.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ V
