# misconception: pair: interleaved_heads + no_scale
# loses: end_to_end
import numpy as np

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    out = np.zeros(inputs.shape)
    for h in range(num_heads):
        q = inputs @ weights_q[:, h::num_heads]
        k = inputs @ weights_k[:, h::num_heads]
        v = inputs @ weights_v[:, h::num_heads]
        w = np.exp(np.einsum('bqd,bkd->bqk', q, k))
        w /= w.sum(axis=2, keepdims=True)
        out[:, :, h::num_heads] = w @ v
    return out
