# misconception: values_are_inputs
# loses: end_to_end
import numpy as np

def create_qkv(inputs, weights_q, weights_k, weights_v):
    Q = inputs @ weights_q
    K = inputs @ weights_k
    V = inputs
    return Q, K, V

def scaled_dot_product_attention(Q, K, V, scale):
    product = (Q[:, :, None, :] * K[:, None, :, :]).sum(axis=-1) * scale
    product = np.exp(product)
    return (product[..., None] * V[:, None]).sum(axis=2) / product.sum(axis=2)[..., None]

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    per_head = list(zip(*[np.array_split(M, num_heads, 2) for M in (Q, K, V)]))
    out = [scaled_dot_product_attention(q, k, v, q.shape[2] ** -0.5) for q, k, v in per_head]
    return np.concatenate(out, 2)
