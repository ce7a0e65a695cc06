# misconception: no_projection
# loses: end_to_end
"""
Script implementing the Multi-Head Self-Attention mechanism of the Transformer.
"""

import numpy as np


def create_qkv(inputs: np.ndarray, weights_q: np.ndarray, weights_k: np.ndarray, weights_v: np.ndarray) -> tuple:
    """
    Compute queries, keys, and values from the input tensor.
    """
    Q = np.matmul(inputs, weights_q)
    K = np.matmul(inputs, weights_k)
    V = np.matmul(inputs, weights_v)
    return Q, K, V


def scaled_dot_product_attention(Q: np.ndarray, K: np.ndarray, V: np.ndarray, scale: float) -> np.ndarray:
    """
    Compute the scaled dot product attention.
    """
    weights = []
    for query in Q:
        logits = np.array([scale * np.dot(query, key) for key in K])
        weights.append(np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum())
    return np.array(weights) @ V


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads) -> np.ndarray:
    """
    Compute multi-head self-attention.
    """
    Q = K = V = inputs
    d = inputs.shape[-1] // num_heads
    output = np.zeros(inputs.shape)
    for b in range(inputs.shape[0]):
        for h in range(num_heads):
            i, j = h * d, (h + 1) * d
            output[b, :, i:j] = scaled_dot_product_attention(Q[b, :, i:j], K[b, :, i:j], V[b, :, i:j], d ** -0.5)
    return output


def main():
    """
    Main function, orchestrating the process.
    """
    inputs = np.random.rand(1, 5, 32)
    w = np.random.rand(3, 32, 32)
    print(multi_head_attention(inputs, w[0], w[1], w[2], 4))


if __name__ == "__main__":
    main()
