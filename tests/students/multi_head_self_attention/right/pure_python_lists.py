from math import exp, sqrt

import numpy as np


def matmul(a, b):
    b_columns = list(zip(*b))
    return [[sum(x * y for x, y in zip(row, column)) for column in b_columns] for row in a]


def softmax(row):
    top = max(row)
    powers = [exp(x - top) for x in row]
    total = sum(powers)
    return [p / total for p in powers]


def attention_of_a_head(q, k, v):
    root = sqrt(len(k[0]))
    scores = matmul(q, list(zip(*k)))
    weights = [softmax([s / root for s in row]) for row in scores]
    return matmul(weights, v)


def columns(matrix, start, stop):
    return [row[start:stop] for row in matrix]


def one_sentence(sentence, weights_q, weights_k, weights_v, num_heads):
    q, k, v = (matmul(sentence, w) for w in (weights_q, weights_k, weights_v))
    step = len(q[0]) // num_heads
    lines = [[] for _ in sentence]
    for start in range(0, step * num_heads, step):
        head = attention_of_a_head(*(columns(m, start, start + step) for m in (q, k, v)))
        for line, part in zip(lines, head):
            line.extend(part)
    return lines


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    weights = [w.tolist() for w in (weights_q, weights_k, weights_v)]
    return np.array([one_sentence(sentence, *weights, num_heads) for sentence in inputs.tolist()])
