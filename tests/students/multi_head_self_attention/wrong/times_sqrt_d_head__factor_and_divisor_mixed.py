# misconception: times_sqrt_d_head
# loses: end_to_end
"""
Script implementing the Multi-Head Self-Attention mechanism of the Transformer.
"""
import numpy as np


def create_qkv(inputs: np.ndarray, weights_q: np.ndarray, weights_k: np.ndarray, weights_v: np.ndarray) -> tuple:
    """
    Compute queries, keys, and values from the input tensor.
    """
    Q = np.dot(inputs, weights_q)
    K = np.dot(inputs, weights_k)
    V = np.dot(inputs, weights_v)
    return Q, K, V


def scaled_dot_product_attention(Q: np.ndarray, K: np.ndarray, V: np.ndarray, scale: float) -> np.ndarray:
    """
    Compute the scaled dot product attention.
    """
    similarity = np.einsum("hqd,hkd->hqk", Q, K) * scale
    similarity = similarity - np.max(similarity, axis=2, keepdims=True)
    weights = np.exp(similarity) / np.exp(similarity).sum(axis=2, keepdims=True)
    return np.einsum("hqk,hkd->hqd", weights, V)


def multi_head_attention(inputs: np.ndarray, weights_q: np.ndarray, weights_k: np.ndarray, weights_v: np.ndarray,
                         num_heads: int) -> np.ndarray:
    """
    Compute multi-head self-attention.
    """
    batch_size, seq_len, hidden = inputs.shape
    head_dim = hidden // num_heads
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    output = np.zeros(Q.shape)
    for b in range(batch_size):
        heads = [m[b].reshape(seq_len, num_heads, head_dim).swapaxes(0, 1) for m in (Q, K, V)]
        attended = scaled_dot_product_attention(*heads, np.sqrt(head_dim))
        output[b] = attended.swapaxes(0, 1).reshape(seq_len, hidden)
    return output
