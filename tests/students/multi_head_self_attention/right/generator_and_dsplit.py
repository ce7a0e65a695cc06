import numpy as np
from itertools import starmap


def create_qkv(inputs, *weights):
    return [inputs.dot(w) for w in weights]


def scaled_dot_product_attention(Q, K, V, scale):
    """3-d arrays, scale is the number of columns of a head."""
    Kt = np.transpose(K, (0, 2, 1))
    logits = Q @ Kt * np.power(float(scale), -0.5)
    shifted = logits - np.log(np.sum(np.exp(logits - logits.max()), axis=2, keepdims=True)) - logits.max()
    return np.exp(shifted) @ V


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    depth = Q.shape[2] // num_heads
    triples = zip(np.dsplit(Q, num_heads), np.dsplit(K, num_heads), np.dsplit(V, num_heads))
    return np.dstack(list(starmap(lambda q, k, v: scaled_dot_product_attention(q, k, v, depth), triples)))
