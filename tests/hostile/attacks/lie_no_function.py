# attack: is no function: an object with a hostile signature, code and name, that answers rightly
# verdict: none
# score: 10
import numpy as np


class Text(str):
    def __getitem__(self, key):
        raise SystemExit

    __str__ = __repr__ = __len__ = __iter__ = __getitem__


class Hostile:
    def __init__(self, function):
        self.function = function

    def __call__(self, *arguments):
        return self.function(*arguments)

    def _refuse(self, *arguments):
        raise SystemExit

    __signature__ = __name__ = __doc__ = __wrapped__ = property(_refuse)
    __repr__ = __str__ = __eq__ = __bool__ = __len__ = _refuse
    __hash__ = None

    @property
    def __code__(self):
        return type("Code", (), {"co_filename": Text("x" * 10**6), "co_firstlineno": Text("1")})


@Hostile
def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v


@Hostile
def self_attention(Q, K, V):
    scores = Q @ K.T / np.sqrt(K.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ V
