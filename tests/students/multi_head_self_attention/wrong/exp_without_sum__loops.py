# misconception: exp_without_sum
# loses: end_to_end
import numpy as np

def create_qkv(inputs, weights_q, weights_k, weights_v):
    Q = inputs @ weights_q
    K = inputs @ weights_k
    V = inputs @ weights_v
    return Q, K, V

def scaled_dot_product_attention(Q, K, V, scale):
    out = np.zeros((len(Q), V.shape[1]))
    for i, q in enumerate(Q):
        for k, v in zip(K, V):
            out[i] += np.exp(np.sum(q * k) / scale) * v
    return out

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    size = Q.shape[-1] // num_heads
    everything = []
    for b in range(len(inputs)):
        heads = ()
        for h in range(num_heads):
            s = slice(size * h, size * (h + 1))
            heads += (scaled_dot_product_attention(Q[b][:, s], K[b][:, s], V[b][:, s], np.sqrt(size)),)
        everything.append(np.column_stack(heads))
    return np.stack(everything)
