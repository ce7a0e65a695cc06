# misconception: scale_after_softmax
# loses: rectangular
import numpy as np


def row_softmax(matrix):
    result = np.zeros(matrix.shape)
    for index, _ in np.ndenumerate(matrix):
        result[index] = 1.0 / np.exp(matrix[index[0]] - matrix[index]).sum()
    return result


def compute_qkv(X, W_q, W_k, W_v):
    Q = np.zeros((len(X), W_q.shape[1]))
    K = np.zeros((len(X), W_k.shape[1]))
    V = np.zeros((len(X), W_v.shape[1]))
    for i, x in enumerate(X):
        Q[i] = np.sum(x[:, None] * W_q, axis=0)
        K[i] = np.sum(x[:, None] * W_k, axis=0)
        V[i] = np.sum(x[:, None] * W_v, axis=0)
    return Q, K, V


def self_attention(Q, K, V):
    output = row_softmax(np.dot(Q, K.T)) @ V
    output *= K.shape[1] ** -0.5
    return output
