# misconception: heads_from_tokens
# loses: end_to_end
import numpy as np


def create_qkv(inputs, weights_q, weights_k, weights_v):
    return inputs @ weights_q, inputs @ weights_k, inputs @ weights_v


def scaled_dot_product_attention(Q, K, V, scale):
    """Scaled dot product attention (batch, tokens, features)."""
    scores = np.einsum("bnf,bmf->bnm", Q, K) / scale
    scores -= scores.max(axis=-1, keepdims=True)
    attention = np.exp(scores)
    attention /= attention.sum(axis=-1, keepdims=True)
    return np.einsum("bnm,bmf->bnf", attention, V)


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    """Every head looks at its own part of the input."""
    head_outputs = []
    for part in np.array_split(inputs, num_heads, axis=1):
        if part.shape[1] == 0:
            continue
        Q, K, V = create_qkv(part, weights_q, weights_k, weights_v)
        head_outputs.append(scaled_dot_product_attention(Q, K, V, np.sqrt(Q.shape[-1])))
    return np.concatenate(head_outputs, axis=1)
