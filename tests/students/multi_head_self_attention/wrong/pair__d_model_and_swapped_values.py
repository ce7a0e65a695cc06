# misconception: pair: scale_by_sqrt_d_model + keys_and_values_swapped
# loses: end_to_end
import numpy as np


class MultiHeadAttention:
    def __init__(self, num_heads, *weights):
        self.num_heads = num_heads
        self.wq, self.wv, self.wk = weights      # query, value, key

    def __call__(self, x):
        scale = np.sqrt(x.shape[-1])
        sections = self.num_heads
        qs, ks, vs = (np.split(x @ w, sections, axis=-1) for w in (self.wq, self.wk, self.wv))
        return np.concatenate([self.head(q, k, v, scale) for q, k, v in zip(qs, ks, vs)], axis=-1)

    @staticmethod
    def head(q, k, v, scale):
        a = q @ k.transpose(0, 2, 1) / scale
        a = np.exp(a - a.max(-1, keepdims=True))
        return (a / a.sum(-1, keepdims=True)) @ v


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    return MultiHeadAttention(num_heads, weights_q, weights_k, weights_v)(inputs)
