# misconception: inputs_changed
# loses: advice
import numpy as np

def self_attention(Q, K, V):
    Q, K, V = (np.asarray(m, dtype=float) for m in (Q, K, V))
    Q /= np.sqrt(K.shape[1])
    scores = np.matmul(Q, K.transpose())
    peak = np.max(scores, axis=1)
    scores = np.exp((scores.T - peak).T)
    total = np.sum(scores, axis=1)
    return (np.matmul(scores, V).T / total).T

def compute_qkv(X, W_q, W_k, W_v):
    V = np.matmul(X, W_v)
    K = np.matmul(X, W_k)
    Q = np.matmul(X, W_q)
    return Q, K, V
