"""
Multi-head attention. The hidden dimension is divided between the heads.
"""
import numpy as np


def create_qkv(inputs, weights_q, weights_k, weights_v):
    """Return queries, keys and values (batch, seq, hidden)."""
    return tuple(np.einsum('bsh,hd->bsd', inputs, w) for w in (weights_q, weights_k, weights_v))


def scaled_dot_product_attention(Q, K, V, scale):
    """Return softmax(scale * Q K^T) V."""
    scores = scale * np.einsum('...qd,...kd->...qk', Q, K)
    weights = np.exp(scores - np.max(scores, axis=-1, keepdims=True))
    weights = weights / np.sum(weights, axis=-1, keepdims=True)
    return np.einsum('...qk,...kd->...qd', weights, V)


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    """Every head takes each num_heads-th column."""
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    output = np.empty(Q.shape)
    scale = 1 / np.sqrt(Q.shape[-1] / num_heads)
    for h in range(num_heads):
        output[..., h::num_heads] = scaled_dot_product_attention(
            Q[..., h::num_heads], K[..., h::num_heads], V[..., h::num_heads], scale)
    return output


if __name__ == '__main__':
    rng = np.random.default_rng()
    hidden_dim = 32
    out = multi_head_attention(rng.random((1, 5, hidden_dim)),
                               rng.random((hidden_dim, hidden_dim)),
                               rng.random((hidden_dim, hidden_dim)),
                               rng.random((hidden_dim, hidden_dim)), 4)
    print(out)
