# misconception: exp_without_sum
# loses: rectangular
import numpy as np


def softmax(x, axis):
    """Numerically stable softmax."""
    maximum = np.max(x, axis=axis, keepdims=True)
    return np.exp(x - maximum)


def self_attention(Q, K, V):
    scores = np.einsum("nd,md->nm", Q, K)
    scores = np.true_divide(scores, np.sqrt(K.shape[1]))
    attention = softmax(scores, axis=1)
    return np.einsum("nm,mv->nv", attention, V)


def compute_qkv(X, W_q, W_k, W_v):
    Q = np.einsum("nm,md->nd", X, W_q)
    K = np.einsum("nm,md->nd", X, W_k)
    V = np.einsum("nm,mv->nv", X, W_v)
    return Q, K, V
