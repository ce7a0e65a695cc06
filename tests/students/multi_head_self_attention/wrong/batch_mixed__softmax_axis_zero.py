# misconception: batch_mixed
# loses: end_to_end
import numpy as np


def create_qkv(inputs, weights_q, weights_k, weights_v):
    Q = np.einsum("bsd,dm->bsm", inputs, weights_q)
    K = np.einsum("bsd,dm->bsm", inputs, weights_k)
    V = np.einsum("bsd,dm->bsm", inputs, weights_v)
    return Q, K, V


def softmax(x):
    """Softmax along the first axis, as in the first lab."""
    x = np.exp(x - np.max(x, axis=0))
    return x / np.sum(x, axis=0)


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    shape = inputs.shape[0], inputs.shape[1], num_heads, -1
    Q, K, V = (m.reshape(shape).transpose(0, 2, 1, 3) for m in create_qkv(inputs, weights_q, weights_k, weights_v))
    attention = softmax(np.einsum("bhqd,bhkd->bhqk", Q, K) / np.sqrt(Q.shape[-1]))
    return np.einsum("bhqk,bhkd->bqhd", attention, V).reshape(inputs.shape)
