import time

import numpy as np


def compute_qkv(X, W_q, W_k, W_v):
    """Queries, keys and values."""
    return tuple(X @ W for W in (W_q, W_k, W_v))


def self_attention(Q, K, V):
    """Scaled dot-product attention."""
    scores = Q @ K.T / np.sqrt(Q.shape[-1])
    scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return scores / scores.sum(axis=-1, keepdims=True) @ V


# live demo: a new random sentence every second, stop with Ctrl+C
step = 0
while True:
    X = np.random.randn(4, 6)
    Q, K, V = compute_qkv(X, *np.random.randn(3, 6, 6))
    print("step", step)
    print(np.round(self_attention(Q, K, V), 2))
    step += 1
    time.sleep(1)
