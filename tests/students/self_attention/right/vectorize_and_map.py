import math
from functools import partial
import numpy as np

exp = np.vectorize(math.exp, otypes=[float])

def attend(K, V, q):
    e = exp(np.array(list(map(partial(np.dot, q), K))) / math.sqrt(len(q)))
    return np.average(V, axis=0, weights=e)     # np.average divides by the sum of the weights

def self_attention(Q, K, V):
    return np.array(list(map(partial(attend, K, V), Q)))

def compute_qkv(X, W_q, W_k, W_v):
    Q, K, V = map(partial(np.dot, X), (W_q, W_k, W_v))
    return Q, K, V
