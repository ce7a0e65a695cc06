# misconception: w_k_transposed
# loses: rectangular
import numpy as np
from functools import reduce


def chain(*matrices):
    return reduce(np.matmul, matrices)


def compute_qkv(X, W_q, W_k, W_v):
    # the keys have to be transposed
    return chain(X, W_q), chain(X, W_k.T), chain(X, W_v)


def self_attention(Q, K, V):
    attention = np.exp(chain(Q, K.T) / np.sqrt(K.shape[1]))
    inverse_sums = np.diagflat(1 / attention.sum(axis=1))
    return chain(inverse_sums, attention, V)
