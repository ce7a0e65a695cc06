# misconception: scale_by_d_k
# loses: rectangular
import numpy as np


def compute_qkv(X, W_q, W_k, W_v):
    Q, K, V = (X @ W for W in [W_q, W_k, W_v])
    return Q, K, V


def self_attention(Q, K, V):
    # mean over the features = dot product that is already scaled
    compare = np.expand_dims(Q, 1) * np.expand_dims(K, 0)
    scores = np.mean(compare, axis=-1)
    scores = np.exp(scores)
    probabilities = scores / np.sum(scores, axis=-1, keepdims=True)
    return probabilities @ V
