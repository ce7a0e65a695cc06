# attack: raises an exception whose every attribute is hostile
# verdict: raised|memory
# score: 1
import numpy as np


class Name(str):
    def __getitem__(self, key):
        raise SystemExit

    __len__ = __str__ = __repr__ = __format__ = __getitem__


class Meta(type):
    __name__ = property(lambda self: Name("evil"))

    def __getattribute__(self, name):
        raise SystemExit

    def __subclasscheck__(self, other):
        raise SystemExit

    __instancecheck__ = __subclasscheck__


class Evil(BaseException, metaclass=Meta):
    __class__ = property(lambda self: MemoryError)
    __traceback__ = property(lambda self: self)
    tb_frame = tb_next = f_code = property(lambda self: self)

    def __str__(self):
        raise self

    __repr__ = __eq__ = __hash__ = __bool__ = __del__ = __str__


class Long(Exception):
    def __str__(self):
        return Name("x" * 10_000_000)

    __repr__ = __str__


raise Long


def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q, K, V):
    raise Evil if len(Q) % 2 else Long
