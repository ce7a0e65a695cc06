# misconception: merge_without_transpose
# loses: end_to_end
import numpy as np

def create_qkv(inputs, weights_q, weights_k, weights_v):
    Q = np.einsum("bij,jk->bik", inputs, weights_q)
    K = np.einsum("bij,jk->bik", inputs, weights_k)
    V = np.einsum("bij,jk->bik", inputs, weights_v)
    return Q, K, V

def scaled_dot_product_attention(Q, K, V, scale):
    attn = np.matmul(Q, np.transpose(K, (0, 1, 3, 2)))
    attn = attn / scale
    attn = np.exp(attn - np.max(attn, axis=3, keepdims=True))
    attn = attn / np.sum(attn, axis=3, keepdims=True)
    return np.matmul(attn, V)

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    N, L, D = inputs.shape
    # split: N, L, D -> N, L, H, D/H -> N, H, L, D/H
    def split(t):
        return np.transpose(t.reshape(N, L, num_heads, D // num_heads), (0, 2, 1, 3))
    q, k, v = create_qkv(inputs, weights_q, weights_k, weights_v)
    out = scaled_dot_product_attention(split(q), split(k), split(v), np.sqrt(D // num_heads))
    # concat: N, H, L, D/H -> N, L, D
    return out.reshape(N, L, D)
