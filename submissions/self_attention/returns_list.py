import numpy as np
from typing import List


def compute_qkv(X, W_q, W_k, W_v):
    X, W_q, W_k, W_v = map(np.array, (X, W_q, W_k, W_v))
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q, K, V) -> List[List[float]]:
    scores = (Q @ K.T) / np.sqrt(Q.shape[1])
    weights = np.exp(scores)
    weights = weights / weights.sum(axis=1)[:, None]
    output = weights @ V
    return output.tolist()


print(self_attention(*compute_qkv([[1, 0], [0, 1]], [[1, 0], [0, 1]], [[1, 0], [0, 1]], [[1, 2], [3, 4]])))
