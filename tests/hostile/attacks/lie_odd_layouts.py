# attack: returns right values in odd layouts: big-endian, transposed, reversed, read-only
# verdict: none
# score: 10
import numpy as np


def compute_qkv(X, W_q, W_k, W_v):
    return np.asfortranarray(X @ W_q), (X @ W_k)[::-1][::-1], (X @ W_v).astype(">f8")


def self_attention(Q, K, V):
    scores = Q @ K.T / np.sqrt(K.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    output = (weights / weights.sum(axis=1, keepdims=True) @ V)[::-1].astype(">f8")[::-1]
    output.flags.writeable = False
    return output
