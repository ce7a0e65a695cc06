# attack: leaves marks wherever it can, dies, and looks for them in its next life
# verdict: crashed
# score: 8
# uncaged: none
import ctypes
import errno
import fcntl
import os
import resource
import signal

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


FLAGS = os.O_APPEND | os.O_NONBLOCK


def look():
    for fd in range(5):
        if fcntl.fcntl(fd, fcntl.F_GETFL) & FLAGS:
            yield f"flags of descriptor {fd}"
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 13:
        yield "a limit"
    if signal.getsignal(signal.SIGTERM) is signal.SIG_IGN or signal.pthread_sigmask(signal.SIG_BLOCK, ()):
        yield "ignored signals"
    if signal.getitimer(signal.ITIMER_VIRTUAL)[0]:
        yield "a timer"
    if "HOSTILE_MARK" in os.environ or hasattr(np, "hostile_mark"):
        yield "names"
    if syscall(95, 166, 0o077) == 0o111:
        yield "a mask for new files"
    if os.uname().nodename == "hostile":
        yield "the host's name"


def leave():
    for fd in range(5):
        for change in (lambda: fcntl.fcntl(fd, fcntl.F_SETFL, FLAGS), lambda: os.lseek(fd, 7, os.SEEK_SET)):
            try:
                change()
            except OSError:
                pass
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    signal.setitimer(signal.ITIMER_VIRTUAL, 100)
    os.environ["HOSTILE_MARK"] = np.hostile_mark = "left"
    syscall(95, 166, 0o111)
    for change in (
        lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (13, 64)),
        lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}),
        lambda: os.nice(5),
        lambda: os.setpriority(os.PRIO_PGRP, 0, 5),
        lambda: open("/proc/self/comm", "w").write("hostile"),
    ):
        try:
            change()
        except (OSError, ValueError):
            pass


for mark in look():
    print("BREACH: there is still", mark, flush=True)
print("tried")


def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q, K, V):
    if Q.tolist() == [[1, 0], [0, 1]]:  # the statement's first example
        leave()
        os._exit(0)
    scores = Q @ K.T / np.sqrt(K.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ V
