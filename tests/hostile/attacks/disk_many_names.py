# attack: makes folders, links, pipes and devices by the hundred
# verdict: none
# score: 10
# uncaged: breach
import os
import socket

import numpy as np

PLACE = "@OPEN_DIR@/@MARK@"


def attack():
    made = 0
    for number in range(200):
        for make in (
            lambda path: os.mkdir(path + "d"),
            lambda path: os.mkfifo(path + "p"),
            lambda path: os.mknod(path + "n"),
            lambda path: os.symlink("/etc/passwd", path + "s"),
            lambda path: os.link("@OTHER@", path + "l"),
            lambda path: os.close(os.open(path + "t", os.O_TMPFILE | os.O_RDWR)),
        ):
            try:
                make(f"{PLACE}-{number}")
                made += 1
            except OSError:
                pass
        if number == 5 and not made:
            break
    if made:
        print("BREACH:", made, "names", flush=True)
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
