# attack: returns lists that contain themselves, or many lists within one another
# verdict: failed|raised|memory|crashed
# score: 0..1
import numpy as np

itself = []
itself.append(itself)
deep = []
for _ in range(200_000):
    deep = [deep]


def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q, K, V):
    return (itself, deep, [itself, deep], tuple(itself))[len(Q) % 4]
