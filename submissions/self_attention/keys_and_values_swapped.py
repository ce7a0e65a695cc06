import numpy as np

def compute_qkv(X, W_q, W_k, W_v):
    Q = np.dot(X, W_q)
    V = np.dot(X, W_k)
    K = np.dot(X, W_v)
    return Q, K, V

def self_attention(Q, K, V):
    d_k = K.shape[-1]
    scaled_scores = np.dot(Q, K.T) / np.sqrt(d_k)
    exp = np.exp(scaled_scores)
    weights = exp / np.sum(exp, axis=-1, keepdims=True)
    return np.dot(weights, V)

X = np.random.rand(4, 3)
W_q = np.random.rand(3, 3)
W_k = np.random.rand(3, 3)
W_v = np.random.rand(3, 3)
print(self_attention(*compute_qkv(X, W_q, W_k, W_v)))
