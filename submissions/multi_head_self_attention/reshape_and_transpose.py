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

    Q = np.matmul(inputs, weights_q)
    K = np.matmul(inputs, weights_k)
    V = np.matmul(inputs, weights_v)

    return Q, K, V


def softmax(x: np.ndarray) -> np.ndarray:
    """
    Softmax over the last axis.
    """

    exp_x = np.exp(x - np.max(x, axis=-1, keepdims=True))

    return exp_x / np.sum(exp_x, axis=-1, keepdims=True)


def scaled_dot_product_attention(
    Q: np.ndarray,
    K: np.ndarray,
    V: np.ndarray,
    scale: float
) -> np.ndarray:
    """
    Compute the scaled dot product attention.
    """

    # (batch, heads, seq, depth) x (batch, heads, depth, seq)
    scores = np.matmul(Q, K.transpose(0, 1, 3, 2)) / scale
    attention_weights = softmax(scores)
    output = np.matmul(attention_weights, V)

    return output


def split_heads(x: np.ndarray, num_heads: int) -> np.ndarray:
    """
    (batch, seq, hidden) -> (batch, heads, seq, depth)
    """

    batch_size, seq_len, hidden_dim = x.shape
    depth = hidden_dim // num_heads

    return x.reshape(batch_size, seq_len, num_heads, depth).transpose(0, 2, 1, 3)


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

    batch_size, seq_len, hidden_dim = inputs.shape
    assert hidden_dim % num_heads == 0, "hidden_dim must be divisible by num_heads"

    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)

    Q = split_heads(Q, num_heads)
    K = split_heads(K, num_heads)
    V = split_heads(V, num_heads)

    scale = np.sqrt(hidden_dim // num_heads)
    output = scaled_dot_product_attention(Q, K, V, scale)

    # back to (batch, seq, hidden)
    output = output.transpose(0, 2, 1, 3).reshape(batch_size, seq_len, hidden_dim)

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

    # calculate multi_head_attention's output
    attention_output = multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads)
    print(attention_output.shape)


if __name__ == "__main__":

    main()
