# misconception: only_q_projected
# loses: end_to_end
import numpy as np


def create_qkv(inputs, weights_q, weights_k, weights_v):
    # the query asks (needs weights); keys and values are the memory
    memory = inputs.copy()
    return inputs.dot(weights_q), memory, memory


def scaled_dot_product_attention(Q, K, V, scale):
    similarity = np.tensordot(Q, K, axes=((1,), (1,))) / scale
    similarity -= similarity.max(axis=1).reshape(-1, 1)
    odds = np.exp(similarity)
    return odds.dot(V) / odds.sum(axis=1).reshape(-1, 1)


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    slots = np.arange(inputs.shape[2]).reshape(num_heads, -1)
    out = np.zeros_like(Q, dtype=float)
    for b in range(len(Q)):
        for slot in slots:
            out[b][:, slot] = scaled_dot_product_attention(Q[b][:, slot], K[b][:, slot], V[b][:, slot], slot.size ** 0.5)
    return out
