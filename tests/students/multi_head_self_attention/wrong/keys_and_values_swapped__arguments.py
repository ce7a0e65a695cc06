# misconception: keys_and_values_swapped
# loses: end_to_end
import numpy as np

def create_qkv(inputs, weights_q, weights_k, weights_v):
    qkv = {"q": weights_q, "k": weights_k, "v": weights_v}
    return tuple(inputs @ weights for weights in qkv.values())

def scaled_dot_product_attention(Q, K, V, scale):
    soft = np.exp(Q @ K.transpose(0, 2, 1) * scale)
    soft = soft / soft.sum(axis=2, keepdims=True)
    return soft @ V

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    width = inputs.shape[2] // num_heads
    heads = []
    for start in range(0, inputs.shape[2], width):
        columns = np.s_[:, start:start + width]
        q, v, k = create_qkv(inputs, weights_q[columns], weights_k[columns], weights_v[columns])
        heads.append(scaled_dot_product_attention(q, k, v, 1 / np.sqrt(width)))
    return np.concatenate(heads, axis=2)
