# attack: raises and defines so much at import that no report could hold it
# verdict: none
# score: 10
import numpy as np

raise ValueError("x" * 1_000_000)
raise ValueError("\x1b[31m\u202e\ud800\0" * 1000)
import nowhere
import nowhere_else

exec("\n".join(f"def f{n}({', '.join(f'p{n}_{m}' for m in range(50))}): pass" for n in range(2000)))
1 / 0
1 / 0
1 / 0
1 / 0
1 / 0
1 / 0
1 / 0
1 / 0
1 / 0
1 / 0
1 / 0
1 / 0
1 / 0
1 / 0
1 / 0
1 / 0
1 / 0
1 / 0
1 / 0
1 / 0


def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q, K, V):
    scores = Q @ K.T / np.sqrt(K.shape[1])
    weights = np.exp(scores - scores.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True) @ V
