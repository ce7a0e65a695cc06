# misconception: heads_averaged
# loses: end_to_end
import numpy as np


class Head:
    def __init__(self, q, k, v):
        d = q.shape[-1]
        logits = np.matmul(q, k.transpose(0, 2, 1)) / d ** 0.5
        self.weights = np.exp(logits - logits.max(axis=-1, keepdims=True))
        self.weights /= self.weights.sum(axis=-1, keepdims=True)
        self.out = np.matmul(self.weights, v)


def create_qkv(inputs, weights_q, weights_k, weights_v):
    Q = np.tensordot(inputs, weights_q, 1)
    K = np.tensordot(inputs, weights_k, 1)
    V = np.tensordot(inputs, weights_v, 1)
    return Q, K, V


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    chunks = (np.array_split(t, num_heads, axis=-1) for t in create_qkv(inputs, weights_q, weights_k, weights_v))
    heads = [Head(*parts) for parts in zip(*chunks)]
    average = sum(head.out for head in heads) / num_heads
    # back to the width of the input
    return np.tile(average, num_heads)
