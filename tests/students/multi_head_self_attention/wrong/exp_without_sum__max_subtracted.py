# misconception: exp_without_sum
# loses: end_to_end
import numpy as np


class MHA:
    def __init__(self, num_heads):
        self.num_heads = num_heads

    def softmax(self, scores):
        return np.exp(scores - scores.max(axis=-1, keepdims=True))

    def heads_of(self, x):
        batch, seq, dim = x.shape
        return x.reshape(batch, seq, self.num_heads, dim // self.num_heads).swapaxes(1, 2)

    def concat(self, x):
        x = x.swapaxes(1, 2)
        return x.reshape(x.shape[0], x.shape[1], -1)

    def attention(self, q, k, v, scale):
        return self.softmax(q @ k.swapaxes(2, 3) * scale) @ v

    def __call__(self, x, weights):
        q, k, v = [self.heads_of(p) for p in create_qkv(x, *weights)]
        return self.concat(self.attention(q, k, v, 1 / np.sqrt(q.shape[-1])))


def create_qkv(inputs, weights_q, weights_k, weights_v):
    return inputs @ weights_q, inputs @ weights_k, inputs @ weights_v


def scaled_dot_product_attention(Q, K, V, scale):
    return MHA(num_heads=None).attention(Q, K, V, scale)


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    return MHA(num_heads)(inputs, (weights_q, weights_k, weights_v))
