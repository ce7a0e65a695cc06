# misconception: interleaved_heads
# loses: end_to_end
"""Multi-head attention with einsum; d is the depth of a head, h the head."""
import numpy as np


def softmax(z):
    z = np.exp(z - z.max(axis=-1, keepdims=True))
    return z / z.sum(axis=-1, keepdims=True)


def scaled_dot_product_attention(Q, K, V, scale):
    return softmax(Q @ K.swapaxes(-2, -1) / scale) @ V


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    batch, seq, width = inputs.shape
    depth = width // num_heads
    Q, K, V = (
        np.einsum("bsdh->bhsd", p.reshape(batch, seq, depth, num_heads))
        for p in create_qkv(inputs, weights_q, weights_k, weights_v)
    )
    heads = scaled_dot_product_attention(Q, K, V, np.sqrt(depth))
    return np.einsum("bhsd->bsdh", heads).reshape(batch, seq, width)


def create_qkv(inputs, weights_q, weights_k, weights_v):
    return tuple(np.einsum("bsi,io->bso", inputs, w) for w in (weights_q, weights_k, weights_v))
