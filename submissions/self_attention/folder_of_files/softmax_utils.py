import numpy as np


def softmax(x, axis):
    """exp(x) / sum(exp(x)) along the axis, shifted by the maximum."""
    shifted = np.exp(x - np.amax(x, axis=axis, keepdims=True))
    return shifted / np.sum(shifted, axis=axis, keepdims=True)
