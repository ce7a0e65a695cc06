# misconception: weights_k_transposed
# loses: end_to_end
import numpy as np


class SelfAttention:
    """Multi-head self-attention; keys are stored transposed already."""

    def __init__(self, weights_q, weights_k, weights_v, num_heads):
        self.weights_q = weights_q
        self.weights_k = weights_k.T
        self.weights_v = weights_v
        self.num_heads = num_heads

    def qkv(self, x):
        return x @ self.weights_q, x @ self.weights_k, x @ self.weights_v

    def __call__(self, x):
        q, k, v = (np.stack(np.split(m, self.num_heads, axis=-1), axis=-3) for m in self.qkv(x))
        logits = np.einsum("...qd,...kd->...qk", q, k) * q.shape[-1] ** -0.5
        weights = np.exp(logits - logits.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        heads = np.einsum("...qk,...kd->...qd", weights, v)
        return np.concatenate([heads[..., i, :, :] for i in range(self.num_heads)], axis=-1)


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    return SelfAttention(weights_q, weights_k, weights_v, num_heads)(inputs)
