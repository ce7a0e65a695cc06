# misconception: times_sqrt_d_k
# loses: rectangular
import math
import numpy as np

# helper functions --------------------------------------------------

def transpose(M):
    return np.array([list(column) for column in zip(*M)])

def softmax(vector):
    biggest = max(vector)
    e = [math.exp(x - biggest) for x in vector]
    s = sum(e)
    return [x / s for x in e]

# the task -----------------------------------------------------------

def compute_qkv(X, W_q, W_k, W_v):
    queries = np.array([x @ W_q for x in X])
    keys = np.array([x @ W_k for x in X])
    values = np.array([x @ W_v for x in X])
    return queries, keys, values

def self_attention(Q, K, V):
    factor = 1 / math.sqrt(len(K[0]))
    scores = Q @ transpose(K) / factor
    weights = np.array([softmax(row) for row in scores])
    return weights @ V
