from math import sqrt

import numpy as np


def compute_qkv(X, W_q, W_k, W_v):
    Q = X @ W_q
    K = X @ W_k
    V = X @ W_v
    return Q, K, V


def self_attention(Q, K, V):
    dk = len(K)   # dimension of the key vectors
    attention_score = Q @ K.T / sqrt(dk)
    exp_score = np.exp(attention_score)
    attention_prob = exp_score / exp_score.sum(axis=1).reshape(-1, 1)
    return attention_prob @ V


def test():
    # the three cases from the notebook
    cases = [
        ([[1, 0], [0, 1]], [[1, 0], [0, 1]], [[1, 2], [3, 4]],
         [[1.660477, 2.660477], [2.339523, 3.339523]]),
        ([[1, 1], [1, 0]], [[1, 0], [0, 1]], [[1, 2], [3, 4]],
         [[3.00928465, 4.6790462], [2.5, 4.0]]),
        ([[1, 0, 1], [0, 1, 1], [1, 1, 0]], [[1, 1, 0], [0, 1, 1], [1, 0, 1]],
         [[1, 2, 3], [4, 5, 6], [7, 8, 9]],
         [[8.0, 10.0, 12.0], [8.61987385, 10.61987385, 12.61987385],
          [7.38012615, 9.38012615, 11.38012615]]),
    ]
    for number, (x, w, w_v, want) in enumerate(cases, 1):
        x, w, w_v = np.array(x), np.array(w), np.array(w_v)
        got = self_attention(*compute_qkv(x, w, w, w_v))
        print("case", number, "passed" if np.allclose(got, want) else "FAILED")


test()
