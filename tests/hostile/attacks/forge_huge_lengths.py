# attack: announces answers of many gigabytes
# verdict: protocol|failed
# score: 0..1
import json
import os
import struct
import sys

import numpy as np

PREFIX = struct.Struct("<4sIQQ")


def nonce():
    """The number of the request that is being answered, from the worker's own frames."""
    frame = sys._getframe()
    while frame is not None:
        message = frame.f_locals.get("message")
        if hasattr(message, "nonce"):
            return message.nonce
        frame = frame.f_back
    return 0


def frame(header, payload=b"", size=None, length=None, number=None):
    number = nonce() if number is None else number
    size = len(header) if size is None else size
    return PREFIX.pack(b"GRD1", size, len(payload) if length is None else length, number) + header + payload


SIZES = [(2**32 - 1, 0), (0, 2**64 - 1), (2**31, 2**63), (65537, 0), (2, 64 * 2**20 + 1)]


def forge(number):
    size, length = SIZES[number % len(SIZES)]
    os.write(4, frame(b"{}", size=size, length=length))


def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q, K, V):
    forge(int(np.abs(Q).sum() * 1e6))
    return np.zeros(V.shape)
