# misconception: pair: scores_transposed + scale_by_d_k
# loses: rectangular
import numpy as np


def compute_qkv(X, W_q, W_k, W_v):
    return tuple(np.einsum("td,dh->th", X, w) for w in (W_q, W_k, W_v))


def self_attention(Q, K, V):
    size = K.shape[-1]
    weights = []
    for k in K:
        logits = np.array([np.dot(k, q) / size for q in Q])
        logits = np.exp(logits - logits.max())
        weights.append(logits / logits.sum())
    return np.einsum("ts,sh->th", weights, V)
