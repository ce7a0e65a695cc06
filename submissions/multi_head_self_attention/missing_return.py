"""
Script implementing the Multi-Head Self-Attention mechanism of the Transformer.
"""

import numpy as np


def create_qkv(inputs, weights_q, weights_k, weights_v) -> tuple:
    """
    Compute queries, keys, and values from the input tensor.
    """
    Q = np.matmul(inputs, weights_q)
    K = np.matmul(inputs, weights_k)
    V = np.matmul(inputs, weights_v)
    return Q, K, V


def scaled_dot_product_attention(Q, K, V, scale) -> np.ndarray:
    """
    Compute the scaled dot product attention.
    """
    scores = np.matmul(Q, np.transpose(K, (0, 2, 1))) / scale
    scores_exp = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    attention = scores_exp / np.sum(scores_exp, axis=-1, keepdims=True)
    output = np.matmul(attention, V)
    return output


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    """
    Compute multi-head self-attention.
    """
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    depth = inputs.shape[2] // num_heads
    all_heads = []
    for i in range(num_heads):
        cols = slice(i * depth, (i + 1) * depth)
        all_heads.append(scaled_dot_product_attention(Q[:, :, cols], K[:, :, cols], V[:, :, cols], np.sqrt(depth)))
    output = np.concatenate(all_heads, axis=2)
    print("Output of the multi-head attention:")
    print(output)


def main():
    hidden_dim = 32
    multi_head_attention(
        np.random.rand(1, 5, hidden_dim),
        np.random.rand(hidden_dim, hidden_dim),
        np.random.rand(hidden_dim, hidden_dim),
        np.random.rand(hidden_dim, hidden_dim),
        4,
    )


if __name__ == "__main__":
    main()
