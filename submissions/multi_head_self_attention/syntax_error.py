import numpy as np


def create_qkv(inputs, weights_q, weights_k, weights_v):
    Q = inputs @ weights_q
    K = inputs @ weights_k
    V = inputs @ weights_v
    return Q, K, V


def scaled_dot_product_attention(Q, K, V, scale):
    scores = np.matmul(Q, K.transpose(0, 2, 1)) * scale
    weights = np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)
    return np.matmul(weights, V)


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    size = Q.shape[2] // num_heads
    heads = []
    for i in range(num_heads)
        a, b = i * size, (i + 1) * size
        heads.append(scaled_dot_product_attention(Q[:, :, a:b], K[:, :, a:b], V[:, :, a:b], 1 / np.sqrt(size)))
    return np.concatenate(heads, axis=-1)
