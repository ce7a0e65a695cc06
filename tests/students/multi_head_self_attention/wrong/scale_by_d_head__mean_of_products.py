# misconception: scale_by_d_head
# loses: end_to_end
import numpy as np


class Heads:
    """The projections of a batch, head by head."""

    def __init__(self, projections, count):
        self.parts = [np.array_split(p, count, axis=2) for p in projections]
        self.count = count

    def __iter__(self):
        return zip(*self.parts)

    @staticmethod
    def attend(q, k, v):
        logits = (q[:, :, None] * k[:, None, :]).mean(axis=3)
        e = np.exp(logits)
        return np.matmul(e / e.sum(axis=2, keepdims=True), v)

    def concatenated(self):
        return np.concatenate([self.attend(*head) for head in self], axis=2)


def create_qkv(inputs, weights_q, weights_k, weights_v):
    return np.matmul(inputs, weights_q), np.matmul(inputs, weights_k), np.matmul(inputs, weights_v)


def multi_head_self_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    return Heads(create_qkv(inputs, weights_q, weights_k, weights_v), num_heads).concatenated()
