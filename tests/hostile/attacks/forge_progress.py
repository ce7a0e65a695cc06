# attack: lies about the statement that it loops in, in the memory shared with the zygote
# verdict: timeout|crashed
# score: 0
# slow: yes
# uncaged: none
import gc
import mmap

import numpy as np


def lie():
    for thing in gc.get_objects():
        progress = getattr(thing, "_progress", None)
        if type(progress) is mmap.mmap:
            progress[:8] = b"\xff" * 8
            for change in (lambda: progress.resize(1), progress.flush, progress.close):
                try:
                    change()
                except (OSError, ValueError, SystemError):
                    pass
            print("tried", flush=True)
    while True:
        pass


lie()


def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q, K, V):
    scores = Q @ K.T / np.sqrt(K.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ V
