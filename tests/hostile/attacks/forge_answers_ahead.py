# attack: answers all the requests that are waiting, at once, and hangs
# verdict: failed|protocol|timeout
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


def waiting():
    """Requests that the judge has sent ahead."""
    data, outer = b"", sys._getframe()
    while outer is not None:
        requests = outer.f_locals.get("requests")
        data += bytes(getattr(requests, "_data", b""))
        outer = outer.f_back
    os.set_blocking(3, False)
    try:
        data += os.read(3, 1 << 20)
    except OSError:
        pass
    position = 0
    while position + PREFIX.size <= len(data):
        _, size, length, number = PREFIX.unpack_from(data, position)
        yield number
        position += PREFIX.size + size + length


def forge():
    for number in (nonce(), *waiting()):
        os.write(
            4,
            frame(
                json.dumps({"values": [["output", "array", "ndarray", True]], "arrays": [["<f8", 2, 2]]}).encode(),
                bytes(32),
                number=number,
            ),
        )
    while True:
        pass


def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q, K, V):
    forge()
    return np.zeros(V.shape)
