# misconception: weights_q_transposed
# loses: end_to_end
import numpy as np

def create_qkv(inputs, weights_q, weights_k, weights_v):
    Q = np.inner(inputs, weights_q)
    K = np.inner(inputs, weights_k.T)
    V = np.inner(inputs, weights_v.T)
    return Q, K, V

def scaled_dot_product_attention(Q, K, V, scale):
    A = np.empty((Q.shape[0], K.shape[0]))
    for i, j in np.ndindex(A.shape):
        A[i, j] = np.exp(np.inner(Q[i], K[j]) * scale)
    return np.inner(A / A.sum(axis=1, keepdims=True), V.T)

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    out = np.zeros(Q.shape)
    for block in np.split(np.arange(Q.shape[2]), num_heads):
        for n in range(Q.shape[0]):
            out[n][:, block] = scaled_dot_product_attention(Q[n][:, block], K[n][:, block], V[n][:, block], len(block) ** -0.5)
    return out
