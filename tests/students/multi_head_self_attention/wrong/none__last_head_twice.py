# misconception: none
# loses: end_to_end
import numpy as np

def create_qkv(inputs, weights_q, weights_k, weights_v):
    Q = inputs @ weights_q
    K = inputs @ weights_k
    V = inputs @ weights_v
    return Q, K, V

def attention(q, k, v):
    scores = np.array([[q[i] @ k[j] for j in range(len(k))] for i in range(len(q))]) / np.sqrt(q.shape[1])
    e = np.exp(scores)
    return np.array([e[i] @ v / sum(e[i]) for i in range(len(q))])

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    d = inputs.shape[2] // num_heads
    res = np.zeros(inputs.shape)
    for b in range(inputs.shape[0]):
        for h in range(num_heads):
            # off by one, min() makes the IndexError go away
            h_v = min(h + 1, num_heads - 1)
            s, s_v = slice(h * d, (h + 1) * d), slice(h_v * d, (h_v + 1) * d)
            res[b, :, s] = attention(Q[b, :, s], K[b, :, s], V[b, :, s_v])
    return res
