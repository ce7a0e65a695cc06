# attack: knows the statement's examples by heart and nothing else
# verdict: failed
# score: 2
import numpy as np

KNOWN = {
    2.0: [[1.660477, 2.660477], [2.339523, 3.339523]],
    3.0: [[3.00928465, 4.6790462], [2.5, 4.0]],
    6.0: [[8.0, 10.0, 12.0], [8.61987385, 10.61987385, 12.61987385], [7.38012615, 9.38012615, 11.38012615]],
}
total = 0.0


def compute_qkv(X, W_q, W_k, W_v):
    global total
    total = float(np.sum(X))
    return np.zeros((len(X), W_q.shape[1])), np.zeros((len(X), W_k.shape[1])), np.zeros((len(X), W_v.shape[1]))


def self_attention(Q, K, V):
    return np.array(KNOWN.get(total, np.zeros(V.shape)))
