import numpy as np


class Softmax:
    """callable, works along the given axis"""

    def __init__(self, axis=-1):
        self.axis = axis

    def __call__(self, a):
        shifted = np.subtract(a, np.amax(a, axis=self.axis, keepdims=True))
        np.exp(shifted, out=shifted)
        return np.divide(shifted, np.sum(shifted, axis=self.axis, keepdims=True))


class AttentionLayer:
    def __init__(self):
        self.softmax = Softmax(axis=1)
        self.history = []

    def scores(self, Q, K):
        d_k = K.shape[1]
        return np.matmul(Q, np.transpose(K)).astype(float) / np.sqrt(d_k)

    def forward(self, Q, K, V):
        A = self.softmax(self.scores(Q, K))
        self.history.append(A)
        return np.matmul(A, V)


LAYER = AttentionLayer()


def compute_qkv(X, W_q, W_k, W_v):
    projections = {}
    for name, W in (("Q", W_q), ("K", W_k), ("V", W_v)):
        projections[name] = np.matmul(X, W)
    return projections["Q"], projections["K"], projections["V"]


def self_attention(Q, K, V):
    return LAYER.forward(Q, K, V)
