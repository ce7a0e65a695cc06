# misconception: arg_max
# loses: rectangular
import numpy as np


def compute_qkv(X: np.ndarray, W_q: np.ndarray, W_k: np.ndarray, W_v: np.ndarray):
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q: np.ndarray, K: np.ndarray, V: np.ndarray) -> np.ndarray:
    """Every query looks up the value whose key fits best, like a dictionary."""
    output: list[np.ndarray] = []
    for query in Q:
        best, best_score = None, float("-inf")
        for key, value in zip(K, V):
            score = float(query @ key) / np.sqrt(len(key))
            if score > best_score:
                best, best_score = value, score
        output.append(best)
    return np.array(output, dtype=float)
