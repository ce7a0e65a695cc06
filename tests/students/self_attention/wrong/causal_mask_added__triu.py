# misconception: causal_mask_added
# loses: rectangular
import numpy as np


def compute_qkv(X, W_q, W_k, W_v):
    Q = np.matmul(X, W_q)
    K = np.matmul(X, W_k)
    V = np.matmul(X, W_v)
    return Q, K, V


def causal_mask(n):
    """-inf above the diagonal: a token must not look into the future"""
    mask = np.zeros((n, n))
    mask[np.triu_indices(n, k=1)] = -np.inf
    return mask


def self_attention(Q, K, V, mask=None):
    n, d_k = Q.shape
    if mask is None:
        mask = causal_mask(n)
    logits = np.matmul(Q, K.T) / np.sqrt(d_k) + mask
    unnormalized = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.matmul(unnormalized, V) / unnormalized.sum(axis=-1, keepdims=True)
