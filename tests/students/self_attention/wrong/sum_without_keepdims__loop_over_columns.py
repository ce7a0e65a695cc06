# misconception: sum_without_keepdims
# loses: rectangular
import numpy as np


def compute_qkv(X, W_q, W_k, W_v):
    return X.dot(W_q), X.dot(W_k), X.dot(W_v)


def self_attention(Q, K, V):
    scores = Q.dot(K.T) / K.shape[1] ** 0.5
    weights = np.exp(scores - np.amax(scores, axis=1)[:, None])
    total = [sum(row) for row in weights]
    for i in range(len(weights)):
        for j in range(len(total)):
            weights[i, j] /= total[j]
    return weights.dot(V)
