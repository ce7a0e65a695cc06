# attack: prints bytes that are no text, and text that is none
# verdict: none
# score: 10
import os
import sys

import numpy as np

os.write(1, bytes(range(256)) * 20)
os.write(2, b"\xff\xfe\0\0\x1b]0;title\x07\x1b[2J\r\n" * 20)
print("\ud800\udfff\u202e\u2066\0\x1b[31m]]><script>")
sys.stdout.buffer.write(b"\xf0\x9f")


def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q, K, V):
    scores = Q @ K.T / np.sqrt(K.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ V
