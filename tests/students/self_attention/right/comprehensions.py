import numpy as np


def dot(u, v):
    return sum(a * b for a, b in zip(u, v, strict=True))


def matmul(A, B):
    return [[dot(row, col) for col in zip(*B)] for row in A]


def compute_qkv(X, W_q, W_k, W_v):
    return [np.array(matmul(X, W)) for W in (W_q, W_k, W_v)]


def softmax(row):
    e = [np.e ** r for r in row]
    return [x / sum(e) for x in e]


def self_attention(Q, K, V):
    d_k = len(Q[0])
    attention = [softmax([dot(q, k) / d_k ** 0.5 for k in K]) for q in Q]
    return np.array(matmul(attention, V))
