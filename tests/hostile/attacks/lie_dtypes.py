# attack: returns numbers of every wrong kind: objects, text, dates, records, complex, half precision
# verdict: failed|raised
# score: 0..1
import numpy as np

KINDS = (object, str, complex, np.float16, "datetime64[s]", [("a", float)], np.int64, bytes)
calls = 0


def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q, K, V):
    global calls
    scores = Q @ K.T / np.sqrt(K.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    output = weights / weights.sum(axis=1, keepdims=True) @ V
    calls += 1
    kind = KINDS[calls % len(KINDS)]
    return (output + 1j).astype(kind) if kind is complex else output.astype(np.int64).astype(kind)
