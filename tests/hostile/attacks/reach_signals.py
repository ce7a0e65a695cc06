# attack: asks whether it could signal the judge, the zygote, and everyone
# verdict: none
# score: 10
# uncaged: breach
import ctypes
import os
import signal

import numpy as np

libc = ctypes.CDLL(None, use_errno=True)
ARM = os.uname().machine == "aarch64"
NUMBERS = {"kill": (62, 129), "tkill": (200, 130), "tgkill": (234, 131), "queue": (129, 138), "pidfd": (434, 434)}
information = ctypes.create_string_buffer(b"\0" * 8 + b"\xff\xff\xff\xff", 128)  # si_code: SI_QUEUE


def works(name, *arguments):
    return libc.syscall(NUMBERS[name][ARM], *arguments) >= 0


def attack():
    # Signal 0 asks whether a signal could be sent, and sends none.
    for process in (int("@JUDGE@"), os.getppid(), 1, -1, -int("@JUDGE@"), -os.getppid() or -1):
        if process > 0 and works("tkill", process, 0):
            print("BREACH: tkill", process, flush=True)
        if process > 0 and works("tgkill", process, process, 0):
            print("BREACH: tgkill", process, flush=True)
        if process > 0 and works("queue", process, 0, information):
            print("BREACH: rt_sigqueueinfo", process, flush=True)
        if process > 0 and works("pidfd", process, 0):
            print("BREACH: pidfd_open", process, flush=True)
        for send in (os.kill, lambda pid, number: works("kill", pid, number) or os.kill(0x7FFFFFF, 0)):
            try:
                if process:
                    send(process, 0)
                    print("BREACH: kill", process, flush=True)
            except OSError:
                pass
        try:
            signal.pidfd_send_signal(os.pidfd_open(abs(process)), 0)
            print("BREACH: pidfd_send_signal", process, flush=True)
        except (OSError, AttributeError):
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
