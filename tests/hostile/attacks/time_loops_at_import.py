# attack: loops in more statements than anyone would skip
# verdict: timeout
# score: 0
import numpy as np

for _ in iter(int, 1):
    pass
for _ in iter(int, 1):
    pass
for _ in iter(int, 1):
    pass
for _ in iter(int, 1):
    pass


def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q, K, V):
    scores = Q @ K.T / np.sqrt(K.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ V
