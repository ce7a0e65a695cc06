# misconception: scale_halved
# loses: rectangular
import numpy as np


def compute_qkv(X, W_q, W_k, W_v):
    return [np.dot(X, W) for W in (W_q, W_k, W_v)]


def self_attention(Q, K, V):
    d_k = K.shape[1]
    e = np.exp(np.dot(Q, K.T) / d_k ** 1/2)
    return np.dot(e / e.sum(axis=1).reshape(-1, 1), V)
