# attack: returns the same memory every time and fills it anew with the next call
# verdict: none
# score: 10
import numpy as np

memory = np.empty(10_000)


def compute_qkv(X, W_q, W_k, W_v):
    start, views = 0, []
    memory[:] = np.nan
    for W in (W_q, W_k, W_v):
        view = memory[start : start + len(X) * W.shape[1]].reshape(len(X), -1)
        view[:] = X @ W
        views.append(view)
        start += view.size
    return views


def self_attention(Q, K, V):
    scores = Q @ K.T / np.sqrt(K.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    output = memory[-V.size :].reshape(V.shape)
    output[:] = weights / weights.sum(axis=1, keepdims=True) @ V
    return output
