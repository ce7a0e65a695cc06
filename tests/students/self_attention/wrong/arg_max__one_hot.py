# misconception: arg_max
# loses: rectangular
import numpy as np

def compute_qkv(X, W_q, W_k, W_v):
    Q = np.dot(X, W_q)
    K = np.dot(X, W_k)
    V = np.dot(X, W_v)
    return Q, K, V

def one_hot(indices, size):
    return np.eye(size)[indices]

def self_attention(Q, K, V):
    scores = np.dot(Q, np.swapaxes(K, 0, 1)) / np.sqrt(np.size(K, 1))
    # attend to the most similar token
    weights = one_hot(np.argmax(scores, axis=1), len(K))
    return np.dot(weights, V)
