# attack: keeps all the memory that there is and answers nevertheless
# verdict: memory|crashed|timeout|raised|missing
# score: 0..10
import numpy as np

kept = []
for size in (2**26, 2**22, 2**18, 2**14, 2**10):
    try:
        while True:
            kept.append(bytearray(size))
    except MemoryError:
        pass


def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q, K, V):
    scores = Q @ K.T / np.sqrt(K.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ V
