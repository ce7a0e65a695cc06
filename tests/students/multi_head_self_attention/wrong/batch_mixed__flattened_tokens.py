# misconception: batch_mixed
# loses: end_to_end
import numpy as np

def create_qkv(inputs, weights_q, weights_k, weights_v):
    return np.tensordot(inputs, weights_q, 1), np.tensordot(inputs, weights_k, 1), np.tensordot(inputs, weights_v, 1)

def scaled_dot_product_attention(Q, K, V, scale):
    A = np.exp(np.tensordot(Q, K, ([1], [1])) / scale)
    A /= A.sum(axis=1, keepdims=True)
    return np.tensordot(A, V, 1)

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    b, s, d = inputs.shape
    # a long list of tokens is easier than a 3d array
    tokens = inputs.reshape(b * s, d)
    Q, K, V = create_qkv(tokens, weights_q, weights_k, weights_v)
    size = d // num_heads
    heads = [scaled_dot_product_attention(Q[:, a:a + size], K[:, a:a + size], V[:, a:a + size], np.sqrt(size))
             for a in range(0, d, size)]
    return np.column_stack(heads).reshape(b, s, d)
