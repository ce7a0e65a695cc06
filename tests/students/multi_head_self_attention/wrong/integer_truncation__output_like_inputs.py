# misconception: integer_truncation
# loses: advice
import numpy as np


def create_qkv(inputs, weights_q, weights_k, weights_v):
    return inputs @ weights_q, inputs @ weights_k, inputs @ weights_v


def scaled_dot_product_attention(Q, K, V, scale):
    exponent = Q @ K.T / scale
    weights = np.exp(exponent - exponent.max(axis=-1, keepdims=True))
    return (weights / weights.sum(axis=-1, keepdims=True)) @ V


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    output = np.zeros_like(inputs)
    width = inputs.shape[-1] // num_heads
    for number in range(inputs.shape[0] * num_heads):
        item, head = divmod(number, num_heads)
        columns = slice(head * width, head * width + width)
        Q, K, V = create_qkv(inputs[item], weights_q[:, columns], weights_k[:, columns], weights_v[:, columns])
        output[item, :, columns] = scaled_dot_product_attention(Q, K, V, np.sqrt(width))
    return output
