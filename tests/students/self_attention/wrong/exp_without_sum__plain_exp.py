# misconception: exp_without_sum
# loses: rectangular
import numpy as np

# Unnormalised softmax

def compute_qkv(X, W_q, W_k, W_v):
    q = X @ W_q; k = X @ W_k; v = X @ W_v
    return q, k, v

def self_attention(q, k, v):
    dk = k.shape[1]; s = q @ k.T / dk**0.5
    w = np.exp(s); o = w @ v
    return o
