# attack: returns 80 GB that take 8 bytes
# verdict: failed
# score: 1
import numpy as np


def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q, K, V):
    return (
        np.broadcast_to(1.0, (100_000, 100_000))
        if len(Q) % 2
        else np.lib.stride_tricks.as_strided(V, (2**20, 2**20), (0, 0))
    )
