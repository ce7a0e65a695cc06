# misconception: keys_used_as_values
# loses: rectangular
import numpy as np


def compute_qkv(X, W_q, W_k, W_v):
    Q = np.dot(X, W_q)
    K = np.dot(X, W_k)
    V = np.dot(X, W_k)
    return Q, K, V


def self_attention(Q, K, V):
    scores = np.dot(Q, K.T) / np.sqrt(Q.shape[-1])
    weights = np.exp(scores)
    for row in weights:
        row /= row.sum()
    return np.dot(weights, V)
