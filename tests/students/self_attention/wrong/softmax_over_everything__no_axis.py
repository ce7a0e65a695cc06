# misconception: softmax_over_everything
# loses: rectangular
import numpy as np

def self_attention(Q, K, V):
    scores = Q @ K.T
    scores = scores / np.sqrt(K.shape[1])
    exp_scores = np.exp(scores - np.max(scores))
    attention = exp_scores / np.sum(exp_scores)
    return attention @ V

def compute_qkv(X, W_q, W_k, W_v):
    Q = X @ W_q
    K = X @ W_k
    V = X @ W_v
    return Q, K, V

X = np.array([[1, 0], [0, 1]])
W_q = np.array([[1, 0], [0, 1]])
W_k = np.array([[1, 0], [0, 1]])
W_v = np.array([[1, 2], [3, 4]])
Q, K, V = compute_qkv(X, W_q, W_k, W_v)
print(self_attention(Q, K, V))   # half of what it should be?
