# misconception: pair: values_are_inputs + no_softmax
# loses: rectangular
import numpy as np

def compute_qkv(X, W_q, W_k, W_v):
    Q = np.array([W_q.T @ x for x in X])
    K = np.array([W_k.T @ x for x in X])
    return Q, K, X

def self_attention(Q, K, V):
    out = []
    for q in Q:
        row = 0
        for k, v in zip(K, V):
            row = row + (q * k).sum() / np.sqrt(k.shape[0]) * v
        out.append(row)
    return np.array(out)
