import math

import numpy as np

# No matrix multiplication of numpy is used here, everything is written out.


def project_row(row, W):
    out = []
    for column in range(W.shape[1]):
        total = 0.0
        for position, entry in enumerate(row):
            total += entry * W[position, column]
        out.append(total)
    return out


def compute_qkv(tokens, Wq, Wk, Wv):
    queries, keys, values = [], [], []
    for row in tokens:
        queries.append(project_row(row, Wq))
        keys.append(project_row(row, Wk))
        values.append(project_row(row, Wv))
    return np.array(queries), np.array(keys), np.array(values)


def self_attention(queries, keys, values):
    root = math.sqrt(len(keys[0]))
    result = np.zeros((len(queries), len(values[0])))
    for a in range(len(queries)):
        exps = []
        for b in range(len(keys)):
            similarity = sum(x * y for x, y in zip(queries[a], keys[b]))
            exps.append(math.exp(similarity / root))
        norm = sum(exps)
        for b in range(len(keys)):
            for c in range(len(values[0])):
                result[a, c] += exps[b] / norm * values[b][c]
    return result
