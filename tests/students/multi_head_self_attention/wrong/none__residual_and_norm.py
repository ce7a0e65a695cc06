# misconception: none
# loses: end_to_end
import numpy as np


class EncoderLayer:
    def __init__(self, weights, heads):
        self.weights, self.heads = weights, heads

    def attention(self, x):
        out = []
        for q, k, v in zip(*(np.split(x @ w, self.heads, axis=-1) for w in self.weights)):
            s = np.exp(np.einsum("bid,bjd->bij", q, k) / q.shape[-1] ** 0.5)
            out.append(np.einsum("bij,bjd->bid", s, v) / s.sum(-1, keepdims=True))
        return np.concatenate(out, axis=-1)

    def norm(self, x):
        return (x - x.mean(-1, keepdims=True)) / (x.std(-1, keepdims=True) + 1e-5)

    def forward(self, x):
        return self.norm(x + self.attention(x))


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    return EncoderLayer((weights_q, weights_k, weights_v), num_heads).forward(inputs)
