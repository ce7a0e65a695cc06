# misconception: w_q_transposed
# loses: rectangular
import numpy as np

def compute_qkv(X, W_q, W_k, W_v):
    Q = np.tensordot(X, W_q, axes=[[1], [1]])
    K = np.tensordot(X, W_k, axes=[[1], [0]])
    V = np.tensordot(X, W_v, axes=[[1], [0]])
    return Q, K, V

def self_attention(Q, K, V):
    S = np.tensordot(Q, K, axes=[[1], [1]])
    S = np.exp(S / np.sqrt(K.shape[1]))
    S = S / S.sum(axis=1, keepdims=True)
    return np.tensordot(S, V, axes=[[1], [0]])
