# misconception: heads_summed
# loses: end_to_end
import numpy as np

def create_qkv(inputs, weights_q, weights_k, weights_v):
    b, s, m = inputs.shape
    x = inputs.reshape(-1, m)
    return tuple((x @ w).reshape(b, s, m) for w in (weights_q, weights_k, weights_v))

def scaled_dot_product_attention(Q, K, V, scale):
    out = []
    for q, k, v in zip(Q, K, V):
        w = np.exp(q @ k.T * scale)
        out.append((w @ v) / w.sum(axis=1, keepdims=True))
    return np.array(out)

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    d = Q.shape[2] // num_heads
    output = 0
    for h in range(num_heads):
        part = np.s_[:, :, h * d:h * d + d]
        output += scaled_dot_product_attention(Q[part], K[part], V[part], 1 / np.sqrt(d))
    return output
