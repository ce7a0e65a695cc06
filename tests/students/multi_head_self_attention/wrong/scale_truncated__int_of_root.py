# misconception: scale_truncated
# loses: end_to_end
import numpy as np

def softmax(x):
    x = x - np.max(x, axis=-1, keepdims=True)
    return np.exp(x) / np.sum(np.exp(x), axis=-1, keepdims=True)

def create_qkv(inputs, weights_q, weights_k, weights_v):
    return np.dot(inputs, weights_q), np.dot(inputs, weights_k), np.dot(inputs, weights_v)

def scaled_dot_product_attention(Q, K, V, scale):
    output = np.zeros(V.shape)
    for b in range(len(Q)):
        output[b] = softmax(Q[b].dot(K[b].T) / int(scale)).dot(V[b])
    return output

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    d_k = Q.shape[2] // num_heads
    heads = [scaled_dot_product_attention(q, k, v, np.sqrt(d_k)) for q, k, v in
             zip(np.split(Q, num_heads, 2), np.split(K, num_heads, 2), np.split(V, num_heads, 2))]
    return np.concatenate(heads, 2)
