# misconception: none
# loses: rectangular
import numpy as np

def compute_qkv(X, W_q, W_k, W_v):
    Q = np.dot(X, W_q)
    K = np.dot(X, W_k)
    V = np.dot(X, W_v)
    return Q, K, V

def self_attention(Q, K, V):
    scores = np.dot(Q, K.T)
    scores = scores / np.sqrt(Q.shape[1])
    attention_weights = np.exp(scores)
    for i in range(len(attention_weights)):
        attention_weights[i] = attention_weights[i] / sum(attention_weights[i])
    output = np.dot(attention_weights, V)
    return attention_weights
