# misconception: causal_mask_added
# loses: rectangular
import numpy as np


def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q, K, V):
    rows = []
    for i, q in enumerate(Q):
        e = np.exp(K[i:] @ q / np.sqrt(len(q)))
        rows.append(e @ V[i:] / e.sum())
    return np.stack(rows)
