import math

import numpy as np
import torch
from torch import nn

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")


def create_qkv(inputs, weights_q, weights_k, weights_v):
    """ (B, N, D) -> 3 x (B, N, D) """
    return inputs @ weights_q, inputs @ weights_k, inputs @ weights_v


def softmax(logits, dim=-1):
    logits = np.exp(logits - np.max(logits, axis=dim, keepdims=True))
    return logits / np.sum(logits, axis=dim, keepdims=True)


def scaled_dot_product_attention(Q, K, V, scale):
    """ scale: 1 / sqrt(head dim) """
    attn = softmax(np.einsum("bhid,bhjd->bhij", Q, K) * scale)
    return np.einsum("bhij,bhjd->bhid", attn, V)


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    B, N, D = inputs.shape
    q, k, v = (
        np.moveaxis(t.reshape(B, N, num_heads, -1), 2, 1)
        for t in create_qkv(inputs, weights_q, weights_k, weights_v)
    )
    out = scaled_dot_product_attention(q, k, v, 1 / math.sqrt(D // num_heads))
    return np.moveaxis(out, 1, 2).reshape(B, N, D)


if __name__ == "__main__":
    x, *w = np.random.rand(1, 5, 32), *np.random.rand(3, 32, 32)
    print(multi_head_attention(x, *w, num_heads=4).shape)
