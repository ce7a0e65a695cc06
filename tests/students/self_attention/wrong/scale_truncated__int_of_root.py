# misconception: scale_truncated
# loses: rectangular
import numpy as np

def compute_qkv(X, W_q, W_k, W_v):
    dims = [W.shape[1] for W in (W_q, W_k, W_v)]
    projected = np.dot(X, np.column_stack((W_q, W_k, W_v)))
    Q = projected[:, :dims[0]]
    K = projected[:, dims[0]:dims[0] + dims[1]]
    V = projected[:, -dims[2]:]
    return Q, K, V

def self_attention(Q, K, V):
    d_k = int(np.sqrt(K.shape[1]))
    weights = np.exp(np.dot(Q, K.T) / d_k)
    row_sums = weights.sum(axis=1)
    return np.dot(np.diag(1 / row_sums), np.dot(weights, V))
