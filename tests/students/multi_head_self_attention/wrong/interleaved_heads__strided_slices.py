# misconception: interleaved_heads
# loses: end_to_end
import numpy as np

def create_qkv(inputs, weights_q, weights_k, weights_v):
    return np.dot(inputs, weights_q), np.dot(inputs, weights_k), np.dot(inputs, weights_v)

def scaled_dot_product_attention(Q, K, V, scale):
    weights = np.exp(np.dot(Q, K.T) * scale)
    weights = weights / np.sum(weights, axis=1).reshape(-1, 1)
    return np.dot(weights, V)

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    output = np.zeros(inputs.shape)
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    scale = 1 / np.sqrt(inputs.shape[2] / num_heads)
    for b in range(inputs.shape[0]):
        for h in range(num_heads):
            output[b, :, h::num_heads] = scaled_dot_product_attention(
                Q[b, :, h::num_heads], K[b, :, h::num_heads], V[b, :, h::num_heads], scale)
    return output
