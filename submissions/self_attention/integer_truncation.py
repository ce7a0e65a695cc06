import numpy as np


def softmax(v):
    e = np.exp(v - np.max(v))
    return e / np.sum(e)


def compute_qkv(X, W_q, W_k, W_v):
    Q = np.matmul(X, W_q)
    K = np.matmul(X, W_k)
    V = np.matmul(X, W_v)
    return Q, K, V


def self_attention(Q, K, V):
    """One output row per query."""
    n, d_k = Q.shape
    out = np.zeros_like(V)
    for i in range(n):
        weights = softmax(K @ Q[i] / np.sqrt(d_k))
        for j in range(n):
            out[i] = out[i] + weights[j] * V[j]
    return out


if __name__ == "__main__":
    # works with random numbers
    r = np.random.RandomState(42)
    X = r.rand(5, 4)
    print(self_attention(*compute_qkv(X, r.rand(4, 3), r.rand(4, 3), r.rand(4, 6))))
