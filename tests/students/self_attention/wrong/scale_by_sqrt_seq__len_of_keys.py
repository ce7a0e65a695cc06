# misconception: scale_by_sqrt_seq
# loses: rectangular
import numpy as np

def softmax(x):
    return np.exp(x) / np.sum(np.exp(x), axis=1)[:, None]

def self_attention(Q, K, V):
    output = []
    for q in Q:
        scores = []
        for k in K:
            scores.append(np.dot(q, k))
        scores = np.array(scores) / np.sqrt(len(K))
        output.append(softmax(scores[None, :])[0] @ V)
    return np.stack(output)

def compute_qkv(X, W_q, W_k, W_v):
    Q = np.stack([np.dot(x, W_q) for x in X])
    K = np.stack([np.dot(x, W_k) for x in X])
    V = np.stack([np.dot(x, W_v) for x in X])
    return Q, K, V
