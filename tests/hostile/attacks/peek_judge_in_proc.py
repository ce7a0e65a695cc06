# attack: reads what /proc says of the judge and of the zygote
# verdict: none
# score: 10
# uncaged: breach
import os

import numpy as np

FILES = ("environ", "cmdline", "maps", "mem", "status", "stat", "io", "auxv", "cwd/x", "mountinfo", "stack", "syscall")


def attack():
    for process in ("@JUDGE@", str(os.getppid()), "1", "self", "thread-self"):
        for name in FILES:
            try:
                with open(f"/proc/{process}/{name}", "rb") as file:
                    if name != "mem":
                        file.read(1)
                print("BREACH: read", process, name, flush=True)
            except OSError:
                pass
        for link in ("exe", "cwd", "root", "fd/0", "fd/1", "ns/pid"):
            try:
                os.readlink(f"/proc/{process}/{link}")
                print("BREACH: followed", process, link, flush=True)
            except OSError:
                pass
        try:
            os.listdir(f"/proc/{process}/fd")
            print("BREACH: listed descriptors of", process, flush=True)
        except OSError:
            pass
    for name in ("net/tcp", "net/unix", "mounts", "modules", "kallsyms", "cpuinfo", "loadavg", "sys/kernel/hostname"):
        try:
            open(f"/proc/{name}").read(1)
            print("BREACH: read", name, flush=True)
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
