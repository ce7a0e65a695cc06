# misconception: softmax_over_everything
# loses: end_to_end
"""Multi-head attention, vectorised over batch and heads."""
import numpy as np

SEQ_AXES = (-2, -1)


def stable_softmax(logits):
    """Softmax of every attention matrix"""
    logits = logits - np.max(logits, axis=SEQ_AXES, keepdims=True)
    exponentials = np.exp(logits)
    normaliser = np.sum(exponentials, axis=SEQ_AXES, keepdims=True)
    return exponentials / normaliser


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    head_first = []
    for weights in (weights_q, weights_k, weights_v):
        columns = np.stack(np.split(weights, num_heads, axis=1))      # (heads, d_model, d_head)
        head_first.append(inputs[None] @ columns[:, None])            # (heads, batch, seq, d_head)
    q, k, v = head_first
    attention = stable_softmax(q @ k.swapaxes(2, 3) / np.sqrt(q.shape[3]))
    return np.concatenate(tuple(attention @ v), axis=-1)
