# misconception: none
# loses: end_to_end
import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def create_qkv(inputs, weights_q, weights_k, weights_v):
    return (inputs.dot(weights_q), inputs.dot(weights_k), inputs.dot(weights_v))


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    """Attention weights between 0 and 1 with a sigmoid."""
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    size = Q.shape[-1] // num_heads
    out = []
    for q, k, v in zip(Q, K, V):
        heads = []
        for h in range(num_heads):
            cols = np.r_[h * size:(h + 1) * size]
            heads.append(sigmoid(q[:, cols] @ k[:, cols].T / np.sqrt(size)) @ v[:, cols])
        out.append(np.concatenate(heads, axis=-1))
    return np.array(out)
