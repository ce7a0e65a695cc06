# misconception: softmax_over_queries
# loses: rectangular
import numpy as np

def softmax(x):
    """Compute softmax values for each set of scores in x."""
    e_x = np.exp(x - np.max(x))
    return e_x / e_x.sum(axis=0)

def compute_qkv(X, W_q, W_k, W_v):
    Q = np.matmul(X, W_q)
    K = np.matmul(X, W_k)
    V = np.matmul(X, W_v)
    return Q, K, V

def self_attention(Q, K, V):
    d_k = K.shape[1]
    attention_scores = np.matmul(Q, K.T) / np.sqrt(d_k)
    attention_weights = softmax(attention_scores)
    return np.matmul(attention_weights, V)
