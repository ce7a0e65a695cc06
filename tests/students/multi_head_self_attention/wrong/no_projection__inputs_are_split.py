# misconception: no_projection
# loses: end_to_end
import numpy as np

def softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True)

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    """Splits the input into multiple heads, processes each through the attention mechanism, concatenates."""
    outputs = []
    for head in np.split(inputs, num_heads, axis=2):
        scale = np.sqrt(head.shape[2])
        outputs.append(softmax(head @ head.transpose(0, 2, 1) / scale) @ head)
    return np.concatenate(outputs, axis=2)
