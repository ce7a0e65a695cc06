# misconception: scale_by_d_k
# loses: rectangular
import numpy as np


def compute_qkv(*arrays):
    tokens, weights = arrays[0], arrays[1:]
    return tuple(map(tokens.dot, weights))


def similarity(query, key):
    """mean over the features = dot product that is already scaled"""
    return np.mean(query * key)


def probabilities(query, keys):
    energy = np.fromiter((similarity(query, key) for key in keys), dtype=float)
    energy = np.exp(energy)
    energy /= energy.sum()
    return energy


def self_attention(queries, keys, values):
    mixed = [probabilities(query, keys) @ values for query in queries]
    return np.vstack(mixed)
