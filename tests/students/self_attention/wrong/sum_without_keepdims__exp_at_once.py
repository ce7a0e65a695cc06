# misconception: sum_without_keepdims
# loses: rectangular
import numpy as np


def softmax(x):
    e_x = np.exp(x)
    return e_x / e_x.sum(axis=1)


def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q, K, V):
    d_k = Q.shape[1]
    return softmax(Q @ K.T / np.sqrt(d_k)) @ V
