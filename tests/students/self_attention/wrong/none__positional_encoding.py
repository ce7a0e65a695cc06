# misconception: none
# loses: rectangular
import numpy as np


def positional_encoding(length, depth):
    """Sinusoids as in 'Attention is all you need'."""
    position = np.arange(length)[:, None]
    i = np.arange(depth)[None, :]
    angle = position / 10000 ** (2 * (i // 2) / depth)
    return np.where(i % 2 == 0, np.sin(angle), np.cos(angle))


def compute_qkv(X, W_q, W_k, W_v):
    X = X + positional_encoding(*X.shape)
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q, K, V):
    logits = Q @ K.T / np.sqrt(K.shape[-1])
    e = np.exp(logits - logits.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True) @ V
