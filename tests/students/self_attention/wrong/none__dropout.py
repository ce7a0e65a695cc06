# misconception: none
# loses: rectangular
import numpy as np

DROPOUT = 0.1


def dropout(a, p=DROPOUT):
    keep = np.random.uniform(size=a.shape) > p
    return a * keep / (1 - p)


def softmax(a):
    a = np.exp(a - a.max(axis=1, keepdims=True))
    return a / a.sum(axis=1, keepdims=True)


def self_attention(q, k, v, p=DROPOUT):
    return dropout(softmax(np.matmul(q, k.T) / np.sqrt(k.shape[1])), p) @ v


def compute_qkv(x, w_q, w_k, w_v):
    return np.matmul(x, w_q), np.matmul(x, w_k), np.matmul(x, w_v)
