# misconception: arg_max
# loses: end_to_end
import numpy as np

def hardmax(x):
    return (x == x.max(axis=-1, keepdims=True)).astype(float)

def scaled_dot_product_attention(Q, K, V, scale):
    return np.einsum('...qk,...kd->...qd', hardmax(np.einsum('...qd,...kd->...qk', Q, K) / scale), V)

def create_qkv(inputs, weights_q, weights_k, weights_v):
    return [np.einsum('...d,de->...e', inputs, w) for w in (weights_q, weights_k, weights_v)]

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    parts = []
    for m in create_qkv(inputs, weights_q, weights_k, weights_v):
        parts.append(np.stack(np.split(m, num_heads, axis=-1), axis=1))
    b, h, n, d = parts[0].shape
    heads = scaled_dot_product_attention(parts[0], parts[1], parts[2], np.sqrt(d))
    return np.concatenate([heads[:, i] for i in range(h)], axis=-1)
