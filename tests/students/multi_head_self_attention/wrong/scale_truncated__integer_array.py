# misconception: scale_truncated
# loses: end_to_end
import numpy as np


class Config:
    """All sizes in one place; sizes are whole numbers."""

    def __init__(self, inputs, num_heads):
        sizes = np.array([*inputs.shape, num_heads, 0, 0], dtype=int)
        sizes[4] = sizes[2] / sizes[3]
        sizes[5] = sizes[4] ** 0.5
        self.batch, self.seq, self.hidden, self.heads, self.depth, self.root = sizes


def attention(q, k, v, cfg):
    logits = np.einsum("bqhd,bkhd->bhqk", q, k)
    odds = np.exp(logits / cfg.root)
    return np.einsum("bhqk,bkhd->bqhd", odds / odds.sum(axis=-1, keepdims=True), v)


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    cfg = Config(inputs, num_heads)
    apart = (cfg.batch, cfg.seq, cfg.heads, cfg.depth)
    q, k, v = (np.dot(inputs, w).reshape(apart) for w in (weights_q, weights_k, weights_v))
    return attention(q, k, v, cfg).reshape(cfg.batch, cfg.seq, cfg.hidden)
