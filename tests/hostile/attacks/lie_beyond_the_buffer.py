# attack: returns a view of memory that is not its own
# verdict: failed|crashed|memory
# score: 0..1
import numpy as np


def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q, K, V):
    return np.lib.stride_tricks.as_strided(np.zeros(1), V.shape, (-(2**40), 2**40))
