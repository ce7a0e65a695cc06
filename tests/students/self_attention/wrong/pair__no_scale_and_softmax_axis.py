# misconception: pair: no_scale + softmax_over_queries
# loses: rectangular
import numpy as np


class Word:
    """A word with its three vectors."""

    def __init__(self, query, key, value):
        self.query, self.key, self.value = query, key, value

    def fits(self, other):
        return np.exp(np.vdot(self.query, other.key))


def compute_qkv(X, W_q, W_k, W_v):
    triples = [(x @ W_q, x @ W_k, x @ W_v) for x in X]
    return tuple(np.array(vectors) for vectors in zip(*triples))


def self_attention(Q, K, V):
    words = [Word(*vectors) for vectors in zip(Q, K, V)]
    output = np.zeros((len(words), len(V[0])))
    for source in words:
        fit = [target.fits(source) for target in words]
        total = sum(fit)
        for row, amount in zip(output, fit):
            row += amount / total * source.value
    return output
