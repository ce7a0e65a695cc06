# misconception: single_head
# loses: end_to_end
import numpy as np

def create_qkv(inputs, weights_q, weights_k, weights_v):
    Q, K, V = inputs.dot(weights_q), inputs.dot(weights_k), inputs.dot(weights_v)
    return Q, K, V

def scaled_dot_product_attention(Q, K, V, scale):
    scores = np.array([q.dot(k.T) for q, k in zip(Q, K)]) / scale
    scores = np.exp(scores - scores.max(axis=2, keepdims=True))
    scores = scores / scores.sum(axis=2, keepdims=True)
    return np.array([s.dot(v) for s, v in zip(scores, V)])

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    d_k = K.shape[-1]
    return scaled_dot_product_attention(Q, K, V, np.sqrt(d_k))
