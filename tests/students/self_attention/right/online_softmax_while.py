import numpy as np

# One pass over the keys with a running maximum, like in the FlashAttention
# paper. If a new maximum turns up, what was summed so far is rescaled.

def self_attention(Q, K, V):
    n, d = Q.shape
    m = K.shape[0]
    out = np.empty((n, V.shape[1]))
    i = 0
    while i < n:
        biggest = -np.inf
        total = 0.0
        acc = np.zeros(V.shape[1])
        j = 0
        while j < m:
            s = np.vdot(Q[i], K[j]) / d ** .5
            new = max(biggest, s)
            keep = np.exp(biggest - new)
            p = np.exp(s - new)
            total = total * keep + p
            acc = acc * keep + p * V[j]
            biggest = new
            j += 1
        out[i] = acc / total
        i += 1
    return out

def compute_qkv(X, W_q, W_k, W_v):
    q = np.empty((X.shape[0], W_q.shape[1]))
    k = np.empty((X.shape[0], W_k.shape[1]))
    v = np.empty((X.shape[0], W_v.shape[1]))
    i = 0
    while i < X.shape[0]:
        q[i], k[i], v[i] = X[i] @ W_q, X[i] @ W_k, X[i] @ W_v
        i += 1
    return q, k, v
