# attack: returns tuples, lists and numbers whose classes lie about how many they are
# verdict: failed|raised
# score: 0..1
import numpy as np


class Three(tuple):
    def __len__(self):
        return 3

    def __iter__(self):
        while True:
            yield np.zeros((2, 2))


class Number(float):
    __float__ = __index__ = __int__ = lambda self: 1 / 0
    __class__ = property(lambda self: np.ndarray)


def compute_qkv(X, W_q, W_k, W_v):
    return Three()


def self_attention(Q, K, V):
    return [[Number(1.0)] * V.shape[1]] * len(Q) if len(Q) % 2 else Number(1.0)
