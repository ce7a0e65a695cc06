import numpy as np


def compute_qkv(X: np.ndarray, W_q: np.ndarray, W_k: np.ndarray, W_v: np.ndarray):
    Q = X @ W_q
    K = X @ W_k
    V = X @ W_v
    return Q, K, V


def softmax(matrix: np.ndarray) -> np.ndarray:
    """Numerically stable softmax."""
    shifted = matrix - np.max(matrix, axis=0)
    exps = np.exp(shifted)
    return exps / np.sum(exps, axis=0)


def self_attention(Q: np.ndarray, K: np.ndarray, V: np.ndarray) -> np.ndarray:
    d_k = K.shape[1]
    scores = (Q @ K.T) / np.sqrt(d_k)
    return softmax(scores) @ V


if __name__ == "__main__":
    X = np.array([[1, 0], [0, 1]])
    W_v = np.array([[1, 2], [3, 4]])
    Q, K, V = compute_qkv(X, np.eye(2), np.eye(2), W_v)
    print(self_attention(Q, K, V))      # same as in the assignment :)
