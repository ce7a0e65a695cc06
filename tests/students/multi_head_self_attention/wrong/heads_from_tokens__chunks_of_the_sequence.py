# misconception: heads_from_tokens
# loses: end_to_end
import math
import numpy as np

def create_qkv(inputs, weights_q, weights_k, weights_v):
    Q, K, V = map(inputs.dot, (weights_q, weights_k, weights_v))
    return Q, K, V

def scaled_dot_product_attention(Q, K, V, scale):
    logits = Q @ K.swapaxes(1, 2) / scale
    logits = np.exp(logits)
    logits /= logits.sum(2, keepdims=True)
    return logits @ V

def head(number, length, Q, K, V, scale):
    """the head with this number gets `length` words"""
    words = slice(number * length, (number + 1) * length)
    return scaled_dot_product_attention(Q[:, words], K[:, words], V[:, words], scale)

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    qkv = create_qkv(inputs, weights_q, weights_k, weights_v)
    length = math.ceil(inputs.shape[1] / num_heads)
    scale = math.sqrt(inputs.shape[2] / num_heads)
    return np.hstack([head(number, length, *qkv, scale) for number in range(num_heads)])
