# misconception: no_scale
# loses: rectangular
import numpy as np

def compute_qkv(X, W_q, W_k, W_v):
    Q = X.dot(W_q)
    K = X.dot(W_k)
    V = X.dot(W_v)
    return Q, K, V

def self_attention(Q, K, V):
    n = Q.shape[0]
    S = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            for k in range(Q.shape[1]):
                S[i][j] += Q[i][k] * K[j][k]
    for i in range(n):
        S[i] = np.exp(S[i])
        S[i] = S[i] / np.sum(S[i])
    O = np.zeros((n, V.shape[1]))
    for i in range(n):
        for j in range(n):
            O[i] += S[i][j] * V[j]
    return O
