import numpy as np

# In the lecture tokens are the COLUMNS. So everything is transposed at the
# beginning, calculated like on the slides, and transposed back at the end.


def compute_qkv(X, W_q, W_k, W_v):
    x = X.T
    q = W_q.T @ x
    k = W_k.T @ x
    v = W_v.T @ x
    return q.T, k.T, v.T


def self_attention(Q, K, V):
    q, k, v = Q.T, K.T, V.T
    d_k, n = k.shape
    S = (k.T @ q) / np.sqrt(d_k)          # S[j, i]: key j, query i
    A = np.exp(S) / np.exp(S).sum(axis=0) # every column sums to one
    y = v @ A
    return y.T
