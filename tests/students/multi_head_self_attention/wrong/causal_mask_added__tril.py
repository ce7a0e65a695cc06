# misconception: causal_mask_added
# loses: end_to_end
import numpy as np

def create_qkv(inputs, weights_q, weights_k, weights_v):
    Q = np.matmul(inputs, weights_q)
    K = np.matmul(inputs, weights_k)
    V = np.matmul(inputs, weights_v)
    return Q, K, V

def scaled_dot_product_attention(Q, K, V, scale, masked=True):
    logits = np.matmul(Q, np.swapaxes(K, -2, -1)) * scale
    if masked:
        seq = logits.shape[-1]
        logits = np.where(np.tril(np.ones((seq, seq))) == 1, logits, -1e10)
    exp = np.exp(logits - np.amax(logits, -1, keepdims=True))
    return np.matmul(exp / np.sum(exp, -1, keepdims=True), V)

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    heads = []
    for Wq, Wk, Wv in zip(*[np.split(W, num_heads, axis=1) for W in (weights_q, weights_k, weights_v)]):
        Q, K, V = create_qkv(inputs, Wq, Wk, Wv)
        heads.append(scaled_dot_product_attention(Q, K, V, Wk.shape[1] ** -0.5))
    return np.concatenate(heads, axis=-1)
