# misconception: integer_truncation
# loses: advice
import numpy as np


class Softmax:
    @staticmethod
    def __call__(s):
        s = s - s.max(axis=-1, keepdims=True)
        s = np.exp(s)
        return s / s.sum(axis=-1, keepdims=True)


def scaled_scores(Q, K):
    scores = np.empty((Q.shape[0], K.shape[0]), dtype=Q.dtype)
    root = np.sqrt(Q.shape[1])
    for row in range(scores.shape[0]):
        for column in range(scores.shape[1]):
            scores[row, column] = Q[row] @ K[column] / root
    return scores


def self_attention(Q, K, V):
    return Softmax()(scaled_scores(Q, K)) @ V


def compute_qkv(X, W_q, W_k, W_v):
    return X.dot(W_q), X.dot(W_k), X.dot(W_v)
