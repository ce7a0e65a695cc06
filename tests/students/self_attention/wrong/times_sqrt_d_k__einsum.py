# misconception: times_sqrt_d_k
# loses: rectangular
import numpy as np

def compute_qkv(X, W_q, W_k, W_v):
    return np.einsum('ij,jk->ik', X, W_q), np.einsum('ij,jk->ik', X, W_k), np.einsum('ij,jk->ik', X, W_v)

def self_attention(Q, K, V):
    d_k = Q.shape[1]
    scores = np.einsum('qd,kd->qk', Q, K)
    # scaling keeps the variance at 1
    scores = scores * np.sqrt(d_k)
    A = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    A = A / np.einsum('qk->q', A)[:, np.newaxis]
    return np.einsum('qk,kv->qv', A, V)
