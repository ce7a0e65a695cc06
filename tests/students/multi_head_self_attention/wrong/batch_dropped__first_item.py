# misconception: batch_dropped
# loses: end_to_end
import numpy as np

def create_qkv(inputs, weights_q, weights_k, weights_v):
    Q = inputs @ weights_q
    K = inputs @ weights_k
    V = inputs @ weights_v
    return Q, K, V

def scaled_dot_product_attention(Q, K, V, scale):
    S = Q @ K.T * scale
    E = np.exp(S - S.max(axis=1, keepdims=True))
    return E @ V / E.sum(axis=1, keepdims=True)

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    x = inputs[0]       # remove the batch dimension
    Q, K, V = create_qkv(x, weights_q, weights_k, weights_v)
    head_dim = x.shape[1] // num_heads
    heads = []
    for h in range(num_heads):
        idx = list(range(h * head_dim, h * head_dim + head_dim))
        heads.append(scaled_dot_product_attention(Q[:, idx], K[:, idx], V[:, idx], 1 / np.sqrt(head_dim)))
    return np.concatenate(heads, axis=1)[np.newaxis, :, :]
