import numpy as np

from softmax_utils import softmax


def create_qkv(inputs, weights_q, weights_k, weights_v):
    Q = inputs @ weights_q
    K = inputs @ weights_k
    V = inputs @ weights_v
    return Q, K, V


def scaled_dot_product_attention(Q, K, V, scale):
    # works for 2, 3 and 4 dimensions
    return softmax(Q @ np.swapaxes(K, -1, -2) * scale) @ V


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    d_head = Q.shape[-1] // num_heads

    # stack the heads in front: (heads, batch, seq, d_head)
    Q, K, V = (np.stack(np.split(M, num_heads, axis=-1)) for M in (Q, K, V))
    heads = scaled_dot_product_attention(Q, K, V, d_head ** -0.5)
    return np.concatenate(list(heads), axis=-1)


if __name__ == "__main__":
    hidden_dim = 32
    inputs = np.random.rand(1, 5, hidden_dim)
    weights = [np.random.rand(hidden_dim, hidden_dim) for _ in range(3)]
    print(multi_head_attention(inputs, *weights, num_heads=4))
