# misconception: pair: no_scale + softmax_over_queries
# loses: rectangular
import numpy as np

def compute_qkv(X, W_q, W_k, W_v):
    Q = X @ W_q
    K = X @ W_k
    V = X @ W_v
    return Q, K, V

def self_attention(Q, K, V):
    attention_scores = Q @ K.T
    exps = np.exp(attention_scores)
    attention_weights = exps / exps.sum(axis=0)
    return attention_weights @ V
