"""
Script implementing the Multi-Head Self-Attention mechanism of the Transformer.
"""

import numpy as np


def create_qkv(
    inputs: np.ndarray,
    weights_q: np.ndarray,
    weights_k: np.ndarray,
    weights_v: np.ndarray
) -> tuple:
    """
    Compute queries, keys, and values from the input tensor.
    """

    Q = np.dot(inputs, weights_q)
    K = np.dot(inputs, weights_k)
    V = np.dot(inputs, weights_v)

    return Q, K, V


def scaled_dot_product_attention(
    Q: np.ndarray,
    K: np.ndarray,
    V: np.ndarray,
    scale: float
) -> np.ndarray:
    """
    Compute the scaled dot product attention.
    """

    # implementation

    return output


def multi_head_attention(
    inputs: np.ndarray,
    weights_q: np.ndarray,
    weights_k: np.ndarray,
    weights_v: np.ndarray,
    num_heads: int
) -> np.ndarray:
    """
    Compute multi-head self-attention.
    """

    # implementation

    return output


def main():
    """
    Main function, orchestrating the process.
    """

    # input data
    inputs = np.random.rand(1, 5, 32)

    # parameters
    hidden_dim = 32
    num_heads = 4

    # randomly initialize weights for Q, K, V
    weights_q = np.random.rand(hidden_dim, hidden_dim)
    weights_k = np.random.rand(hidden_dim, hidden_dim)
    weights_v = np.random.rand(hidden_dim, hidden_dim)

    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    print(Q.shape, K.shape, V.shape)


if __name__ == "__main__":

    main()
