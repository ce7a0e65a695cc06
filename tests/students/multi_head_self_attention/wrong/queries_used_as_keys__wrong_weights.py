# misconception: queries_used_as_keys
# loses: end_to_end
import numpy as np

# 1) project
def create_qkv(inputs, weights_q, weights_k, weights_v):
    Q = np.einsum('...i,ij->...j', inputs, weights_q)
    K = np.einsum('...i,ij->...j', inputs, weights_q)
    V = np.einsum('...i,ij->...j', inputs, weights_v)
    return Q, K, V

# 2) attend
def scaled_dot_product_attention(Q, K, V, scale):
    A = np.einsum('hbqd,hbkd->hbqk', Q, K) / scale
    A = np.exp(A) / np.exp(A).sum(axis=3)[:, :, :, None]
    return np.einsum('hbqk,hbkd->hbqd', A, V)

# 3) all heads
def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    Q = np.array(np.split(Q, num_heads, axis=2))
    K = np.array(np.split(K, num_heads, axis=2))
    V = np.array(np.split(V, num_heads, axis=2))
    Z = scaled_dot_product_attention(Q, K, V, np.sqrt(Q.shape[3]))
    return np.concatenate([z for z in Z], axis=2)
