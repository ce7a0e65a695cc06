# misconception: pair: causal_mask_added + no_scale
# loses: rectangular
import numpy as np

class MaskedHead:
    NEG = -1e9

    def __call__(self, q, k, v):
        s = q.dot(k.T)
        allowed = np.tri(*s.shape, dtype=bool)
        s = np.where(allowed, s, self.NEG)
        s = np.exp(s - s.max(1)[:, None])
        return (s / s.sum(1)[:, None]).dot(v)

def self_attention(Q, K, V):
    return MaskedHead()(Q, K, V)

def compute_qkv(X, W_q, W_k, W_v):
    return np.dot(X, W_q), np.dot(X, W_k), np.dot(X, W_v)
