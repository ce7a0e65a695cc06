# misconception: no_softmax
# loses: rectangular
import numpy as np

def compute_qkv(inputs, Wq, Wk, Wv):
    results = []
    for weight in (Wq, Wk, Wv):
        results.append(inputs @ weight)
    return results

def softmax(rows):
    for i, row in enumerate(rows):
        row = np.exp(row - row.max())
        row = row / row.sum()        # should write it back to rows[i] ...
    return rows

def self_attention(queries, keys, values):
    scores = []
    for query in queries:
        scores.append([query @ key / np.sqrt(key.size) for key in keys])
    attention = softmax(np.array(scores))
    mixed = []
    for weights in attention:
        mixed.append(sum(weight * value for weight, value in zip(weights, values)))
    return np.array(mixed)
