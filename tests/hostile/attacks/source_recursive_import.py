# attack: imports itself and the harness's own modules
# verdict: none
# score: 10
import __main__
import numpy as np
import source_recursive_import
from source_recursive_import import *
import grader
import grader.worker


def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q, K, V):
    scores = Q @ K.T / np.sqrt(K.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ V
