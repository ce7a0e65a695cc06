import numpy as np
import torch
import torch.nn.functional as F


def compute_qkv(X, W_q, W_k, W_v):
    # X: [seq_len, d_model]
    q = np.dot(X, W_q)  # [seq_len, d_k]
    k = np.dot(X, W_k)  # [seq_len, d_k]
    v = np.dot(X, W_v)  # [seq_len, d_v]
    return q, k, v


def self_attention(Q, K, V):
    d_k = Q.shape[-1]
    attn = np.divide(np.dot(Q, K.swapaxes(-2, -1)), np.sqrt(d_k))
    # attn = F.softmax(torch.tensor(attn), dim=-1).numpy()
    attn = np.exp(attn)
    attn = np.divide(attn, np.sum(attn, axis=-1, keepdims=True))
    return np.dot(attn, V)
