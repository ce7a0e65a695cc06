# misconception: keys_used_as_queries
# loses: rectangular
import numpy as np

def compute_qkv(X, W_q, W_k, W_v):
    return np.inner(X, W_q.T), np.inner(X, W_k.T), np.inner(X, W_v.T)

def self_attention(Q, K, V):
    out = np.zeros((K.shape[0], V.shape[1]))
    for i, key in enumerate(K):
        denominator = 0
        for j, other in enumerate(K):
            weight = np.exp(key @ other / np.sqrt(K.shape[1]))
            denominator += weight
            out[i] += weight * V[j]
        out[i] /= denominator
    return out
