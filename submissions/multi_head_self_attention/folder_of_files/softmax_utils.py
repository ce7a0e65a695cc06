import numpy as np


def softmax(x):
    """Softmax over the last axis."""
    largest = x.max(axis=-1, keepdims=True)
    numerator = np.exp(x - largest)
    return numerator / numerator.sum(axis=-1, keepdims=True)
