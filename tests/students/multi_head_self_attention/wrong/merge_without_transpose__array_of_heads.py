# misconception: merge_without_transpose
# loses: end_to_end
import numpy as np


def attend(q, k, v):
    logits = np.inner(q, k) / np.sqrt(q.shape[-1])
    e = np.exp(logits)
    return (e / e.sum(axis=1, keepdims=True)).dot(v)


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    result = []
    for x in inputs:
        projected = [np.split(x.dot(w), num_heads, axis=1) for w in (weights_q, weights_k, weights_v)]
        heads = [attend(*qkv) for qkv in zip(*projected)]
        # all numbers of all heads, in the shape of the input
        result.append(np.array(heads).ravel().reshape(x.shape))
    return np.stack(result, axis=0)
