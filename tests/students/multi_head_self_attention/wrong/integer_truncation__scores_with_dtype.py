# misconception: integer_truncation
# loses: advice
import numpy as np

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    b, n, d = inputs.shape
    dk = d // num_heads
    scores = np.empty((b, num_heads, n, n), dtype=inputs.dtype)
    Q = np.reshape(inputs @ weights_q, (b, n, num_heads, dk))
    K = np.reshape(inputs @ weights_k, (b, n, num_heads, dk))
    V = np.reshape(inputs @ weights_v, (b, n, num_heads, dk))
    for h in range(num_heads):
        for i in range(n):
            for j in range(n):
                scores[:, h, i, j] = np.sum(Q[:, i, h] * K[:, j, h], axis=1) / np.sqrt(dk)
    e = np.exp(scores - scores.max(axis=3)[..., None])
    e = e / e.sum(axis=3)[..., None]
    return np.stack([e[:, h] @ V[:, :, h] for h in range(num_heads)], axis=2).reshape(b, n, d)
