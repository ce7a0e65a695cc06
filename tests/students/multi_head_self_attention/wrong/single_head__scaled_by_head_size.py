# misconception: single_head
# loses: end_to_end
import numpy as np


def softmax(x):
    return np.exp(x) / np.exp(x).sum(-1, keepdims=True)


def multi_head_attention(x, a, b, c, n_heads):
    depth = x.shape[2] // n_heads
    output = []
    for sentence in x:
        logits = (sentence @ a) @ (sentence @ b).T / np.sqrt(depth)
        output.append(softmax(logits) @ sentence @ c)
    return np.array(output)
