# attack: returns what is only going to be computed: generators, coroutines, iterators, functions
# verdict: failed|raised
# score: 1
import functools

import numpy as np


def compute_qkv(X, W_q, W_k, W_v):
    yield from (X @ W_q, X @ W_k, X @ W_v)


async def self_attention(Q, K, V):
    return functools.partial(np.dot, Q)
