# misconception: scale_after_softmax
# loses: rectangular
import numpy as np

def compute_qkv(X, W_q, W_k, W_v):
    return [np.matmul(X, weight) for weight in [W_q, W_k, W_v]]

def self_attention(Q, K, V):
    """softmax(QK^T) / sqrt(d_k) V"""
    dots = Q @ K.transpose(1, 0)
    dots = dots - np.max(dots, axis=1)[:, None]
    numerator, denominator = np.exp(dots), np.exp(dots).sum(axis=1)[:, None]
    softmaxed = numerator / denominator
    scaled = softmaxed / np.sqrt(Q.shape[1])
    return scaled @ V
