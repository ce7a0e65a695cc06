# misconception: no_projection
# loses: rectangular
import numpy as np


def compute_qkv(X, W_q, W_k, W_v):
    Q = K = V = np.array(X)
    return Q, K, V


def self_attention(Q, K, V):
    logits = np.matmul(Q, K.transpose()) / np.sqrt(K.shape[1])
    exps = np.exp(logits - logits.max(1)[:, np.newaxis])
    return np.matmul(exps / exps.sum(1)[:, np.newaxis], V)
