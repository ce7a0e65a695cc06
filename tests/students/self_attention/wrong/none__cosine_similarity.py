# misconception: none
# loses: rectangular
import numpy as np

unit = lambda M: M / np.sqrt((M ** 2).sum(axis=1, keepdims=True))

def compute_qkv(X, W_q, W_k, W_v):
    return np.stack([x @ W_q for x in X]), np.stack([x @ W_k for x in X]), np.stack([x @ W_v for x in X])

def self_attention(Q, K, V):
    cosines = unit(Q) @ unit(K).T
    e = np.exp(cosines / np.sqrt(Q.shape[1]))
    return (e @ V) / e.sum(axis=1)[:, None]
