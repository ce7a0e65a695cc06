# attack: raises exceptions with messages of megabytes, each the cause of the next
# verdict: raised
# score: 1
import warnings

import numpy as np


def _caused_by(error):
    warnings.warn("w" * 1_000_000)
    new = ValueError("y" * 100_000)
    new.__cause__ = new.__context__ = error
    new.add_note("z" * 100_000)
    return new


def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q, K, V):
    try:
        raise ValueError("x" * 5_000_000)
    except ValueError as error:
        for _ in range(10):
            error = _caused_by(error)
        raise error
