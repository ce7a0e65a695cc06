# misconception: scale_by_sqrt_d_model
# loses: end_to_end
import numpy as np

def create_qkv(inputs, weights_q, weights_k, weights_v):
    qkv = np.matmul(inputs, np.hstack((weights_q, weights_k, weights_v)))
    return np.dsplit(qkv, 3)

def scaled_dot_product_attention(Q, K, V, scale):
    logits = np.matmul(Q, np.moveaxis(K, -2, -1)) / scale
    logits = np.exp(logits)
    return np.matmul(logits, V) / np.sum(logits, -1)[..., None]

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    b, n, d = inputs.shape
    q, k, v = create_qkv(inputs, weights_q, weights_k, weights_v)
    q = np.moveaxis(q.reshape(b, n, num_heads, -1), 2, 1)
    k = np.moveaxis(k.reshape(b, n, num_heads, -1), 2, 1)
    v = np.moveaxis(v.reshape(b, n, num_heads, -1), 2, 1)
    out = scaled_dot_product_attention(q, k, v, np.sqrt(d))
    return np.moveaxis(out, 1, 2).reshape(b, n, d)
