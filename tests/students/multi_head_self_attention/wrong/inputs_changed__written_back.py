# misconception: inputs_changed
# loses: advice
import numpy as np


def weighted(query, keys, values):
    odds = np.exp(keys @ query / query.size ** 0.5)
    return odds @ values / odds.sum()


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    result = np.asarray(inputs, dtype=float)
    for sentence in result:
        # (heads, seq, depth) for queries, keys, values
        qkv = [np.stack(np.hsplit(sentence @ w, num_heads)) for w in (weights_q, weights_k, weights_v)]
        for position, word in enumerate(sentence):
            word[:] = np.ravel([weighted(q[position], k, v) for q, k, v in zip(*qkv)])
    return result
