# misconception: causal_mask_added
# loses: rectangular
import numpy as np

def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v

def self_attention(Q, K, V):
    outputs = []
    t = 0
    while t < len(Q):
        # everything that was said so far
        past_keys = K[:t + 1]
        past_values = V[:t + 1]
        e = np.exp((past_keys @ Q[t]) / np.sqrt(K.shape[1]))
        outputs += [(e / e.sum()) @ past_values]
        t += 1
    return np.array(outputs)
