import numpy as np


def compute_qkv(X, W_q, W_k, W_v):
    Q = np.inner(X, W_q.T)
    K = np.inner(X, W_k.T)
    V = np.inner(X, W_v.T)
    return Q, K, V


def one_query(q, K, V):
    z = np.exp(K @ q / np.sqrt(q.size))
    return z @ V / z.sum()


def self_attention(Q, K, V):
    # a sequence with one query: done. otherwise the first query and the rest
    first = one_query(Q[0], K, V)[None]
    if len(Q) == 1:
        return first
    return np.vstack((first, self_attention(Q[1:], K, V)))
