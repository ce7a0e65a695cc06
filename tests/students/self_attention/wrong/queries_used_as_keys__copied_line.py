# misconception: queries_used_as_keys
# loses: rectangular
"""Self attention, matrices as nested generators."""
import numpy as np


def compute_qkv(sequence, query_matrix, key_matrix, value_matrix):
    """Project every word of the sequence."""
    queries = np.array([np.matmul(word, query_matrix) for word in sequence])
    keys = np.array([np.matmul(word, query_matrix) for word in sequence])
    values = np.array([np.matmul(word, value_matrix) for word in sequence])
    return queries, keys, values


def weights_of(query, keys):
    """Probabilities for one query."""
    logits = np.array([np.vdot(query, key) for key in keys]) / np.linalg.norm(np.ones(query.size))
    return np.exp(logits) / np.exp(logits).sum()


def self_attention(queries, keys, values):
    """Weighted sums of the values."""
    return np.array([np.average(values, axis=0, weights=weights_of(query, keys)) for query in queries])
