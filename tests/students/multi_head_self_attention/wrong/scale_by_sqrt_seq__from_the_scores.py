# misconception: scale_by_sqrt_seq
# loses: end_to_end
import numpy as np


class Attention:
    def __init__(self, q, k, v):
        self.q, self.k, self.v = q, k, v

    @property
    def scores(self):
        s = self.q @ self.k.T
        return s * s.shape[-1] ** -0.5

    @property
    def weights(self):
        s = np.exp(self.scores)
        return s / np.add.reduce(s, axis=1, keepdims=True)

    @property
    def result(self):
        return self.weights @ self.v


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    out = []
    for item in inputs:
        parts = [np.hsplit(item @ w, num_heads) for w in (weights_q, weights_k, weights_v)]
        out.append(np.hstack([Attention(*triple).result for triple in zip(*parts)]))
    return np.stack(out)
