# misconception: heads_reversed
# loses: end_to_end
import numpy as np

def create_qkv(inputs, weights_q, weights_k, weights_v):
    Q, K, V = (inputs @ weights for weights in (weights_q, weights_k, weights_v))
    return Q, K, V

def scaled_dot_product_attention(Q, K, V, scale):
    s = (Q @ K.swapaxes(1, 2)) * scale
    p = np.exp(s - s.max(axis=2, keepdims=True))
    p = p / p.sum(axis=2, keepdims=True)
    return p @ V

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    n = Q.shape[-1] // num_heads
    output = np.empty(Q.shape[:2] + (0,))
    while Q.shape[-1] > 0:
        head = scaled_dot_product_attention(Q[..., :n], K[..., :n], V[..., :n], n ** -0.5)
        output = np.concatenate((head, output), axis=-1)
        Q, K, V = Q[..., n:], K[..., n:], V[..., n:]
    return output
