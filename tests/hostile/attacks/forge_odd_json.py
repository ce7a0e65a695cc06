# attack: answers with JSON that readers disagree about
# verdict: protocol|raised|failed|missing
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


VALUES = '"values": [["output", "array", "ndarray", true]], "arrays": [["<f8", 2, 2]]'
HEADERS = (
    '{"values": NaN}',
    '{"values": Infinity}',
    '{"values": 1e999}',
    '{"values": ' + "9" * 50_000 + "}",
    "null",
    "[]",
    '""',
    "",
    "{",
    "\ufeff{}",
    '{"a": 1, "a": 2}',
    "{%s, %s}" % (VALUES, VALUES),
    '{"values": {}, "arrays": {}}',
    '{"values": [["output", "array", "\\ud800", true]], "arrays": [["<f8", 2, 2]]}',
    '{"values": [["output", "array", "ndarray", 1]], "arrays": [["<f8", 2, 2]]}',
    '{"values": [["output", "list", "ndarray", true], ["output", "array", "x", true]], "arrays": [["<f8", 2, 2]]}',
    '{"raised": 1, "memory": 1, "step": [], "message": {}, "frames": 0}',
    '{"missing": null}',
    '{"mismatch": []}',
    '{"raised": "x", "memory": false, "step": "s", "message": "m", "frames": [["f", -1, "w"]]}',
)
DIMS = (
    "[-1, -4]",
    "[4294967296, 4294967296]",
    "[2.0, 2]",
    "[true, 4]",
    "[2147483648]",
    '["2", 2]',
    "[0, 2147483647, 2147483647]",
)
HEADERS += tuple(
    '{"values": [["output", "array", "ndarray", true]], "arrays": [["<f8", %s]]}' % dims[1:-1] for dims in DIMS
)
HEADERS += tuple(
    '{"values": [["output", "array", "ndarray", true]], "arrays": [[%s, 4]]}' % kind
    for kind in ('"|O"', '"O8"', '"<M8[s]"', '"V8"', '"<U2"', '"|b1"', "null", '["<f8"]', '"f8,f8"', '"<f16"')
)


def forge(number):
    header = HEADERS[number % len(HEADERS)]
    os.write(4, frame(header.encode(), bytes(32)))


def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q, K, V):
    forge(int(np.abs(Q).sum() * 1e6))
    return np.zeros(V.shape)
