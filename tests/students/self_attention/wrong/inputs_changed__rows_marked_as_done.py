# misconception: inputs_changed
# loses: advice
import numpy as np

def compute_qkv(X, W_q, W_k, W_v):
    Q = []
    K = []
    V = []
    for i in range(len(X)):
        x = X[i]
        Q.append(x @ W_q)
        K.append(x @ W_k)
        V.append(x @ W_v)
        x *= 0      # done
    return np.array(Q), np.array(K), np.array(V)

def self_attention(Q, K, V):
    A = Q @ K.T / np.sqrt(K.shape[1])
    A = np.exp(A) / np.sum(np.exp(A), axis=-1).reshape(-1, 1)
    return A @ V
