"""Multi-head self-attention, homework"""
import numpy as np


def softmax(x):
    # every row has to sum to one -> axis=1
    ex = np.exp(x - np.max(x, axis=1, keepdims=True))
    return ex / np.sum(ex, axis=1, keepdims=True)


def create_qkv(inputs, weights_q, weights_k, weights_v):
    """Q, K, V from inputs"""
    return inputs @ weights_q, inputs @ weights_k, inputs @ weights_v


def scaled_dot_product_attention(Q, K, V, scale):
    """attention for all heads at once"""
    return softmax(Q @ K.transpose(0, 1, 3, 2) * scale) @ V


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    """whole thing"""
    B, T, C = inputs.shape
    hs = C // num_heads
    q, k, v = create_qkv(inputs, weights_q, weights_k, weights_v)
    q = q.reshape(B, T, num_heads, hs).transpose(0, 2, 1, 3)  # (B, nh, T, hs)
    k = k.reshape(B, T, num_heads, hs).transpose(0, 2, 1, 3)  # (B, nh, T, hs)
    v = v.reshape(B, T, num_heads, hs).transpose(0, 2, 1, 3)  # (B, nh, T, hs)
    y = scaled_dot_product_attention(q, k, v, 1.0 / np.sqrt(hs))
    return y.transpose(0, 2, 1, 3).reshape(B, T, C)


if __name__ == "__main__":
    out = multi_head_attention(np.random.rand(1, 5, 32), *np.random.rand(3, 32, 32), 4)
    print(out.shape)
