# misconception: scores_floored
# loses: rectangular
import numpy as np


def softmax(row):
    shifted = [number - max(row) for number in row]
    exponentials = list(map(np.exp, shifted))
    return np.array(exponentials) / sum(exponentials)


def compute_qkv(X, W_q, W_k, W_v):
    Q, K, V = [], [], []
    for token in X:
        Q.append(token @ W_q)
        K.append(token @ W_k)
        V.append(token @ W_v)
    return tuple(map(np.array, (Q, K, V)))


def self_attention(Q, K, V):
    scores = Q @ K.T // np.sqrt(K.shape[1])
    return np.array([softmax(row) @ V for row in scores])
