# misconception: queries_used_as_keys
# loses: rectangular
import numpy as np

def compute_qkv(X, W_q, W_k, W_v):
    Q = X @ W_q
    K = X @ W_k
    V = X @ W_v

    return Q, K, V

def softmax(x):
    x = x - x.max(1, keepdims=True)

    return np.exp(x) / np.exp(x).sum(1, keepdims=True)

def self_attention(Q, K, V):
    scale = 1 / np.sqrt(K.shape[1])
    energy = np.dot(Q, Q.T) * scale
    alpha = softmax(energy)
    context = np.dot(alpha, V)

    return context
