# attack: looks for descriptors that somebody left open
# verdict: none
# score: 10
# uncaged: none
import ctypes
import errno
import os
import stat

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


PIPES = (1, 2, 3, 4)  # output twice, requests, answers; 0 is empty


def attack():
    for fd in range(1024):
        try:
            mode = os.fstat(fd).st_mode
        except OSError:
            continue
        if fd not in PIPES and fd != 0 or (fd in PIPES and not stat.S_ISFIFO(mode)):
            print("BREACH: descriptor", fd, oct(mode), flush=True)
    for fd in (1, 2, 4):
        os.set_blocking(fd, False)
        try:
            if os.read(fd, 1):
                print("BREACH: read", fd, flush=True)
        except OSError:
            pass
        os.set_blocking(fd, True)
    for fd in (0, 3):
        try:
            os.write(fd, b"x")
            print("BREACH: wrote", fd, flush=True)
        except OSError:
            pass
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
