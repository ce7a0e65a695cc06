# misconception: w_v_transposed
# loses: rectangular
import math
import numpy as np


def compute_qkv(X, W_q, W_k, W_v):
    n, d = X.shape
    Q = np.zeros((n, W_q.shape[1]))
    K = np.zeros((n, W_k.shape[1]))
    V = np.zeros((n, W_v.shape[1]))
    for i in range(n):
        for c in range(W_q.shape[1]):
            Q[i, c] = sum(X[i, r] * W_q[r, c] for r in range(d))
        for c in range(W_k.shape[1]):
            K[i, c] = sum(X[i, r] * W_k[r, c] for r in range(d))
        for c in range(W_v.shape[1]):
            V[i, c] = sum(X[i, r] * W_v[c, r] for r in range(d))
    return Q, K, V


def self_attention(Q, K, V):
    d_k = K.shape[1]
    n = len(Q)
    p = [[math.exp(np.dot(Q[i], K[j]) / math.sqrt(d_k)) for j in range(n)] for i in range(n)]
    p = [[p[i][j] / sum(p[i]) for j in range(n)] for i in range(n)]
    return np.array([sum(p[i][j] * V[j] for j in range(n)) for i in range(n)])
