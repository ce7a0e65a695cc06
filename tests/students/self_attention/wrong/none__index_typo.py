# misconception: none
# loses: rectangular
import numpy as np

def compute_qkv(X, W_q, W_k, W_v):
    return X.dot(W_q), X.dot(W_k), X.dot(W_v)

def self_attention(Q, K, V):
    N, D = Q.shape
    M = V.shape[1]
    S = np.zeros((N, N))
    for i in range(N):
        for j in range(N):
            S[i, j] = np.exp(Q[i].dot(K[j]) / np.sqrt(D))
        S[i] /= S[i].sum()
    O = np.zeros((N, M))
    for i in range(N):
        for j in range(N - 1):
            for m in range(M):
                O[i, m] += S[i, j] * V[j, m]
    return O
