# attack: returns an array whose class lies about its shape, its bytes and its copies
# verdict: failed|crashed|protocol|raised|memory
# score: 0
import numpy as np


class Liar(np.ndarray):
    shape = property(lambda self: (2**31, 2**31))
    ndim = property(lambda self: -1)
    nbytes = property(lambda self: -1)
    dtype = property(lambda self: np.dtype(object))
    flags = property(lambda self: None)
    base = property(lambda self: self)

    def tobytes(self, *args):
        return b"x" * 1000

    def astype(self, *args, **kwargs):
        return self

    def __array__(self, *args, **kwargs):
        return self

    __array_finalize__ = None
    copy = view = reshape = ravel = __copy__ = astype


def compute_qkv(X, W_q, W_k, W_v):
    return [np.ones((len(X), W.shape[1])).view(Liar) for W in (W_q, W_k, W_v)]


def self_attention(Q, K, V):
    return np.ones(V.shape).view(Liar)
