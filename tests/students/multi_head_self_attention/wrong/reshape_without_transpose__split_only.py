# misconception: reshape_without_transpose
# loses: end_to_end
import numpy as np


class MultiHead:
    def __init__(self, h, wq, wk, wv):
        self.h = h
        self.projections = wq, wk, wv

    def split(self, t):
        b, s, d = t.shape
        return t.reshape((b, self.h, s, d // self.h))

    def concat(self, t):
        b, h, s, d = t.shape
        return t.transpose((0, 2, 1, 3)).reshape((b, s, h * d))

    def attend(self, x):
        q, k, v = (self.split(x @ w) for w in self.projections)
        logits = q @ k.transpose((0, 1, 3, 2))
        logits = logits * q.shape[-1] ** -0.5
        logits -= logits.max(axis=-1, keepdims=True)
        np.exp(logits, out=logits)
        logits /= logits.sum(axis=-1, keepdims=True)
        return self.concat(logits @ v)


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    return MultiHead(num_heads, weights_q, weights_k, weights_v).attend(inputs)
