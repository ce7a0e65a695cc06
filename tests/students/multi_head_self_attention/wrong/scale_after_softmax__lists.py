# misconception: scale_after_softmax
# loses: end_to_end
import math
import numpy as np


def dot(u, v):
    return math.fsum(a * b for a, b in zip(u, v))


def attend(query, keys, values):
    logits = [dot(query, key) for key in keys]
    top = max(logits)
    odds = [math.exp(logit - top) for logit in logits]
    total = math.fsum(odds) * math.sqrt(len(query))
    return [dot([odd / total for odd in odds], column) for column in zip(*values)]


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    answer = []
    for sentence in inputs:
        q, k, v = ((sentence @ w).tolist() for w in (weights_q, weights_k, weights_v))
        d = len(q[0]) // num_heads
        rows = []
        for i in range(len(q)):
            row = []
            for h in range(0, num_heads * d, d):
                row += attend(q[i][h:h + d], [key[h:h + d] for key in k], [value[h:h + d] for value in v])
            rows.append(row)
        answer.append(rows)
    return np.array(answer)
