# attack: leaves a daemon behind that writes files later
# verdict: none
# score: 10
# uncaged: breach
import os
import signal
import time

import numpy as np


def attack():
    try:
        child = os.fork()
    except OSError:
        print("tried")
        return
    if child:
        os.waitpid(child, 0)
        print("BREACH: forked", flush=True)
        return
    os.setsid()
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    if os.fork() == 0:
        os.closerange(0, 64)
        for second in range(3):
            time.sleep(1)
            try:
                open(f"@OPEN_DIR@/@MARK@-{second}", "w").close()
            except OSError:
                pass
    os._exit(0)


attack()


def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q, K, V):
    if Q.tolist() == [[1, 0], [0, 1]]:  # the statement's first example
        attack()
    scores = Q @ K.T / np.sqrt(K.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ V
