# misconception: no_softmax
# loses: end_to_end
import numpy as np
from typing import Callable


def create_qkv(inputs: np.ndarray, weights_q: np.ndarray, weights_k: np.ndarray, weights_v: np.ndarray):
    project: Callable = lambda w: np.tensordot(inputs, w, axes=1)
    return project(weights_q), project(weights_k), project(weights_v)


def softmax(x: np.ndarray) -> np.ndarray:
    """Stable softmax over the keys"""
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def scaled_dot_product_attention(Q: np.ndarray, K: np.ndarray, V: np.ndarray, scale: float) -> np.ndarray:
    """Steps: 1. scores  2. scale  3. softmax  4. weighted sum"""
    axes = (*range(K.ndim - 2), K.ndim - 1, K.ndim - 2)
    scores = Q @ K.transpose(axes)
    scaled = scores * scale
    return scaled @ V


def multi_head_attention(inputs: np.ndarray, weights_q: np.ndarray, weights_k: np.ndarray, weights_v: np.ndarray,
                         num_heads: int) -> np.ndarray:
    """Heads on the first axis"""
    batch, seq, d_model = inputs.shape
    heads = []
    for projected in create_qkv(inputs, weights_q, weights_k, weights_v):
        heads.append(projected.reshape(batch, seq, num_heads, d_model // num_heads).transpose(2, 0, 1, 3))
    attended = scaled_dot_product_attention(*heads, scale=(d_model / num_heads) ** -0.5)
    return attended.transpose(1, 2, 0, 3).reshape(batch, seq, d_model)
