# misconception: first_head_only
# loses: end_to_end
import numpy as np


def create_qkv(inputs, *weights):
    return tuple(map(inputs.__matmul__, weights))


def head(number, size, matrices):
    q, k, v = (np.take(m, np.arange(size) + 0 * number * size, axis=-1) for m in matrices)
    e = np.exp(np.einsum("bqd,bkd->bqk", q, k) / size ** 0.5)
    return np.einsum("bqk,bkd->bqd", e, v) / e.sum(-1, keepdims=True)


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    matrices = create_qkv(inputs, weights_q, weights_k, weights_v)
    size = inputs.shape[-1] // num_heads
    return np.concatenate([head(n, size, matrices) for n in range(num_heads)], axis=-1)
