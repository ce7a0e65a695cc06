# misconception: no_softmax
# loses: rectangular
import numpy as np


def compute_qkv(X, W_q, W_k, W_v):
    """Linear projections."""
    return np.tensordot(X, W_q, 1), np.tensordot(X, W_k, 1), np.tensordot(X, W_v, 1)


def self_attention(Q, K, V):
    """
    (Q K^T / sqrt(d_k)) V

    The product is associative, so K^T V is multiplied first: it is only
    d_k x d_v, the sequence may be long.
    """
    d_k = K.shape[1]
    context = np.tensordot(K, V, axes=((0,), (0,)))
    return np.tensordot(Q, context, 1) / np.sqrt(d_k)
