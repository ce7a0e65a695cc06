# misconception: values_are_inputs
# loses: rectangular
import numpy as np


def compute_qkv(X, W_q, W_k, W_v):
    # the values are what is mixed: the tokens
    Q = np.array([[np.dot(token, column) for column in W_q.T] for token in X])
    K = np.array([[np.dot(token, column) for column in W_k.T] for token in X])
    V = np.array(X)
    return Q, K, V


def self_attention(Q, K, V):
    n, d_k = K.shape
    A = np.zeros((n, n))
    for i in range(n):
        A[i] = np.exp(K @ Q[i] / np.sqrt(d_k))
    A = A * (1 / A.sum(axis=1, keepdims=True))
    return A @ V
