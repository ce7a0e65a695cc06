# misconception: scale_by_sqrt_d_model
# loses: end_to_end
from math import sqrt

import numpy as np


def create_qkv(inputs, weights_q, weights_k, weights_v):
    queries, keys, values = [], [], []
    for sentence in inputs:
        queries.append(np.dot(sentence, weights_q))
        keys.append(np.dot(sentence, weights_k))
        values.append(np.dot(sentence, weights_v))
    return np.array(queries), np.array(keys), np.array(values)


def softmax(vector):
    powers = np.exp(vector - vector.max())
    return powers / powers.sum()


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    queries, keys, values = create_qkv(inputs, weights_q, weights_k, weights_v)
    # scaled once for all heads
    queries = queries / sqrt(queries.shape[-1])
    width = inputs.shape[-1] // num_heads
    result = np.zeros(values.shape)
    for s, sentence in enumerate(queries):
        for w, word in enumerate(sentence):
            for left in range(0, len(word), width):
                head = slice(left, left + width)
                weights = softmax(keys[s, :, head] @ word[head])
                result[s, w, head] = weights @ values[s, :, head]
    return result
