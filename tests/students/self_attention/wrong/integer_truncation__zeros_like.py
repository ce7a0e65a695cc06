# misconception: integer_truncation
# loses: advice
import numpy as np

def compute_qkv(X, W_q, W_k, W_v):
    Q = X @ W_q
    K = X @ W_k
    V = X @ W_v
    return Q, K, V

def self_attention(Q, K, V):
    result = np.zeros_like(V)
    for number, q in enumerate(Q):
        e = np.exp(K @ q / np.sqrt(len(q)))
        result[number] = (e / np.sum(e)) @ V
    return result
