# misconception: none
# loses: end_to_end
import numpy as np

def create_qkv(inputs, weights_q, weights_k, weights_v):
    return np.matmul(inputs, weights_q), np.matmul(inputs, weights_k), np.matmul(inputs, weights_v)

def scaled_dot_product_attention(Q, K, V, scale):
    scores = np.matmul(Q, np.transpose(K, (0, 1, 3, 2))) / scale
    scores = np.exp(scores)
    return scores / np.sum(scores, axis=-1, keepdims=True)

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    batch = inputs.shape[0]
    seq = inputs.shape[1]
    depth = inputs.shape[2] // num_heads
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    Q = np.transpose(np.reshape(Q, (batch, seq, num_heads, depth)), (0, 2, 1, 3))
    K = np.transpose(np.reshape(K, (batch, seq, num_heads, depth)), (0, 2, 1, 3))
    V = np.transpose(np.reshape(V, (batch, seq, num_heads, depth)), (0, 2, 1, 3))
    output = scaled_dot_product_attention(Q, K, V, np.sqrt(depth))
    return output
