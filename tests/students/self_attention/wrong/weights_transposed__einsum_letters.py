# misconception: weights_transposed
# loses: rectangular
import numpy as np


def compute_qkv(X, W_q, W_k, W_v):
    return np.matmul(X, W_q), np.matmul(X, W_k), np.matmul(X, W_v)


def self_attention(Q, K, V):
    scores = np.einsum("id,jd->ij", Q, K) / np.sqrt(Q.shape[1])
    weights = np.exp(scores)
    weights /= weights.sum(axis=1, keepdims=True)
    return np.einsum("ij,id->jd", weights, V)
