# misconception: causal_mask_added
# loses: end_to_end
import numpy as np


class Decoder:
    """Reads word after word and remembers keys and values (KV cache)."""

    def __init__(self, num_heads):
        self.num_heads = num_heads
        self.keys = []
        self.values = []

    def step(self, q, k, v):
        self.keys.append(k.reshape(self.num_heads, -1))
        self.values.append(v.reshape(self.num_heads, -1))
        keys, values = np.array(self.keys), np.array(self.values)        # (time, heads, depth)
        q = q.reshape(self.num_heads, -1)
        e = np.exp(np.einsum("hd,thd->ht", q, keys) / np.sqrt(q.shape[1]))
        return np.einsum("ht,thd->hd", e / e.sum(axis=1, keepdims=True), values).ravel()


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    output = []
    for sentence in inputs:
        decoder = Decoder(num_heads)
        output.append([decoder.step(word @ weights_q, word @ weights_k, word @ weights_v) for word in sentence])
    return np.array(output)
