# misconception: softmax_over_heads
# loses: end_to_end
import numpy as np

def create_qkv(inputs, weights_q, weights_k, weights_v):
    Q = np.einsum('bsd,de->bse', inputs, weights_q)
    K = np.einsum('bsd,de->bse', inputs, weights_k)
    V = np.einsum('bsd,de->bse', inputs, weights_v)
    return Q, K, V

def softmax(scores):
    m = scores.max(axis=1, keepdims=True)
    e = np.exp(scores - m)
    s = e.sum(axis=1, keepdims=True)
    return e / s

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    B, S, D = inputs.shape
    H = num_heads
    heads = []
    for M in create_qkv(inputs, weights_q, weights_k, weights_v):
        M = M.reshape(B, S, H, D // H)
        heads.append(np.einsum('bshd->bhsd', M))
    Q, K, V = heads
    scores = np.einsum('bhqd,bhkd->bhqk', Q, K) / np.sqrt(D // H)
    A = softmax(scores)
    return np.einsum('bhqk,bhkd->bqhd', A, V).reshape(B, S, D)
