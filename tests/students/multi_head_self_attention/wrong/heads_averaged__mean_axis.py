# misconception: heads_averaged
# loses: end_to_end
import numpy as np

def create_qkv(inputs, weights_q, weights_k, weights_v):
    return np.matmul(inputs, weights_q), np.matmul(inputs, weights_k), np.matmul(inputs, weights_v)

def softmax(x, axis=-1):
    y = np.exp(x - np.expand_dims(np.max(x, axis), axis))
    return y / np.expand_dims(np.sum(y, axis), axis)

def scaled_dot_product_attention(Q, K, V, scale):
    return softmax(Q @ np.moveaxis(K, 3, 2) / scale) @ V

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    batch, seq, hidden = inputs.shape
    head_size = hidden // num_heads
    stacked = np.stack(create_qkv(inputs, weights_q, weights_k, weights_v))
    stacked = stacked.reshape(3, batch, seq, num_heads, head_size).transpose(0, 1, 3, 2, 4)
    attention = scaled_dot_product_attention(*stacked, np.sqrt(head_size))
    # combine the heads
    return attention.mean(axis=1)
