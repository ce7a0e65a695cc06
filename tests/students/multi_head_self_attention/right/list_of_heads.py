"""
Script implementing the Multi-Head Self-Attention mechanism of the Transformer.
"""

import numpy as np


def create_qkv(inputs, weights_q, weights_k, weights_v):
    """
    Compute queries, keys, and values from the input tensor.
    """
    Q, K, V = [np.matmul(inputs, weights) for weights in (weights_q, weights_k, weights_v)]
    return Q, K, V


def softmax(x):
    x = np.exp(x - x.max(axis=2, keepdims=True))
    return x / x.sum(axis=2, keepdims=True)


def scaled_dot_product_attention(Q, K, V, scale):
    """
    Compute the scaled dot product attention. (one head, with batch)
    """
    scores = np.matmul(Q, K.transpose(0, 2, 1)) * scale
    return np.matmul(softmax(scores), V)


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    """
    Compute multi-head self-attention.
    """
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    heads = []
    scale = 1 / np.sqrt(Q.shape[2] / num_heads)
    for q, k, v in zip(*(np.split(t, num_heads, axis=2) for t in (Q, K, V))):
        heads.append(scaled_dot_product_attention(q, k, v, scale))
    return np.concatenate(heads, axis=2)


def main():
    """
    Main function, orchestrating the process.
    """
    inputs = np.random.rand(1, 5, 32)
    hidden_dim = 32
    num_heads = 4
    weights_q = np.random.rand(hidden_dim, hidden_dim)
    weights_k = np.random.rand(hidden_dim, hidden_dim)
    weights_v = np.random.rand(hidden_dim, hidden_dim)
    attention_output = multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads)
    print(attention_output)


if __name__ == "__main__":

    main()
