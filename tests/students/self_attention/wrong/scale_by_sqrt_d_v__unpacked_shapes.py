# misconception: scale_by_sqrt_d_v
# loses: rectangular
import numpy as np


def compute_qkv(x, wq, wk, wv):
    return x @ wq, x @ wk, x @ wv


def softmax_(z):
    """in place"""
    z -= z.max(axis=1, keepdims=True)
    np.exp(z, out=z)
    z /= z.sum(axis=1, keepdims=True)


def self_attention(q, k, v):
    seq_len, dim = v.shape
    weights = np.empty((seq_len, seq_len))
    np.matmul(q, k.T, out=weights, casting="unsafe")
    weights *= dim ** -0.5
    softmax_(weights)
    return weights @ v
