# misconception: scale_halved
# loses: end_to_end
import numpy as np


def split_heads(x, num_heads):
    batch, seq, d_model = x.shape
    return x.reshape(batch, seq, num_heads, d_model // num_heads).transpose(0, 2, 1, 3)


def merge_heads(x):
    batch, heads, seq, d_head = x.shape
    return x.transpose(0, 2, 1, 3).reshape(batch, seq, heads * d_head)


def create_qkv(inputs, weights_q, weights_k, weights_v):
    return inputs @ weights_q, inputs @ weights_k, inputs @ weights_v


def scaled_dot_product_attention(Q, K, V, scale):
    scores = np.einsum("bhid,bhjd->bhij", Q, K) * scale
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True) @ V


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    qkv = create_qkv(inputs, weights_q, weights_k, weights_v)
    Q, K, V = (split_heads(x, num_heads) for x in qkv)
    return merge_heads(scaled_dot_product_attention(Q, K, V, 1 / Q.shape[-1] ** 1/2))
