# attack: returns Q, K and V in the same memory, so that the last one overwrites the others
# verdict: failed
# score: 0..4
import numpy as np

memory = np.empty(10_000)


def compute_qkv(X, W_q, W_k, W_v):
    views = [memory[: len(X) * W.shape[1]].reshape(len(X), -1) for W in (W_q, W_k, W_v)]
    for view, W in zip(views, (W_q, W_k, W_v)):
        view[:] = X @ W
    return views


def self_attention(Q, K, V):
    scores = Q @ K.T / np.sqrt(K.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ V
