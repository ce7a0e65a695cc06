# misconception: no_scale
# loses: rectangular
"""Exercise 2: self attention"""
import numpy as np


def scale(scores: np.ndarray, d_k: int) -> np.ndarray:
    """Divide by the root of the dimension"""
    return scores / np.sqrt(d_k)


def softmax(scores: np.ndarray) -> np.ndarray:
    """Softmax over the last axis"""
    powers = np.exp(scores)
    return powers / powers.sum(-1, keepdims=True)


def self_attention(Q: np.ndarray, K: np.ndarray, V: np.ndarray) -> np.ndarray:
    """The attention function of the lecture"""
    scores = np.inner(Q, K)
    scale(scores, K.shape[-1])
    weights = softmax(scores)
    return np.dot(weights, V)


def compute_qkv(X, W_q, W_k, W_v):
    """Q, K and V in one go"""
    return tuple(np.dot(X, W) for W in (W_q, W_k, W_v))
