# misconception: weights_transposed
# loses: rectangular
import numpy as np


def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q, K, V):
    scores = K @ Q.T / np.sqrt(K.shape[1])
    weights = np.exp(scores - scores.max(axis=0))
    return (weights / weights.sum(axis=0)) @ V
