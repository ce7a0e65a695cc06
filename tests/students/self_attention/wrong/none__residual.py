# misconception: none
# loses: rectangular
import numpy as np

# attention + skip connection

def compute_qkv(X, W_q, W_k, W_v):
    Q, K, V = map(lambda W: np.matmul(X, W), (W_q, W_k, W_v))
    return Q, K, V

def self_attention(Q, K, V):
    norm = np.sqrt(K.shape[1])
    out = np.zeros((Q.shape[0], V.shape[1]))
    for i in range(Q.shape[0]):
        alpha = np.exp(np.matmul(K, Q[i]) / norm)
        alpha /= np.sum(alpha)
        out[i] = V[i] + np.sum(alpha[:, None] * V, axis=0)
    return out
