# misconception: values_are_inputs
# loses: rectangular
import numpy as np

class Projector:
    def __init__(self, X):
        self.X = X
    def __matmul__(self, W):
        return self.X @ W
    def __array__(self, dtype=None, copy=None):
        return np.array(self.X, dtype=dtype)

def compute_qkv(X, W_q, W_k, W_v):
    p = Projector(X)
    Q, K, V = p @ W_q, p @ W_k, np.asarray(p)
    return Q, K, V

def self_attention(Q, K, V):
    logits = Q @ K.T * (1.0 / np.sqrt(Q.shape[1]))
    logits -= np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return np.exp(logits) @ V
