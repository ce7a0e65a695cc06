# misconception: softmax_over_queries
# loses: rectangular
import numpy as np


class Attention:
    @staticmethod
    def similarity(query, key):
        return np.dot(query, key) / len(key) ** 0.5

    @classmethod
    def table(cls, queries, keys):
        n = len(queries)
        t = np.zeros((n, len(keys)))
        for row in range(n):
            for col in range(len(keys)):
                t[row, col] = np.exp(cls.similarity(queries[row], keys[col]))
        return t

    @classmethod
    def weights(cls, queries, keys):
        t = cls.table(queries, keys)
        for col in range(t.shape[1]):
            column_sum = 0
            for row in range(t.shape[0]):
                column_sum += t[row, col]
            t[:, col] /= column_sum
        return t


def compute_qkv(X, W_q, W_k, W_v):
    return X.dot(W_q), X.dot(W_k), X.dot(W_v)


def self_attention(Q, K, V):
    w = Attention.weights(Q, K)
    result = 0
    for j in range(len(V)):
        result = result + np.outer(w[:, j], V[j])
    return result
