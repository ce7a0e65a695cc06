# misconception: keys_and_values_swapped
# loses: end_to_end
import numpy as np
from dataclasses import dataclass


@dataclass
class Head:
    query: np.ndarray
    key: np.ndarray
    value: np.ndarray

    def scores(self):
        return np.array([[a @ b for b in self.value] for a in self.query]) / np.sqrt(self.key.shape[1])

    def output(self):
        e = np.exp(self.scores())
        return np.array([row @ self.key / row.sum() for row in e])


def heads(sentence, weights, number):
    projections = [sentence @ w for w in weights]
    size = projections[0].shape[1] // number
    for i in range(number):
        yield Head(*(p[:, i * size:(i + 1) * size] for p in projections))


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    weights = (weights_q, weights_k, weights_v)
    return np.array([np.hstack([head.output() for head in heads(x, weights, num_heads)]) for x in inputs])
