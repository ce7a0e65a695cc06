# misconception: keys_and_values_swapped
# loses: rectangular
import numpy as np


def compute_qkv(X, W_q, W_k, W_v):
    keys = X.dot(W_k)
    queries = X.dot(W_q)
    values = X.dot(W_v)
    return queries, values, keys


def _attend(query, keys, values):
    """attention of one query"""
    logits = keys.dot(query) / np.sqrt(query.shape[0])
    p = np.exp(logits - np.max(logits))
    p /= np.sum(p)
    return p.dot(values)


def self_attention(Q, K, V):
    return np.vstack([_attend(q, K, V) for q in Q])
