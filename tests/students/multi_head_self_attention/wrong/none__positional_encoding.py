# misconception: none
# loses: end_to_end
import numpy as np

def positions(seq, dim):
    table = np.zeros((seq, dim))
    for p in range(seq):
        for i in range(0, dim, 2):
            table[p, i] = np.sin(p / 10000 ** (i / dim))
            if i + 1 < dim:
                table[p, i + 1] = np.cos(p / 10000 ** (i / dim))
    return table

def create_qkv(inputs, weights_q, weights_k, weights_v):
    return inputs @ weights_q, inputs @ weights_k, inputs @ weights_v

def scaled_dot_product_attention(Q, K, V, scale):
    A = Q @ K.T / scale
    A = np.exp(A - A.max(axis=1, keepdims=True))
    A = A / A.sum(axis=1, keepdims=True)
    return A @ V

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    x = inputs + positions(inputs.shape[1], inputs.shape[2])
    Q, K, V = create_qkv(x, weights_q, weights_k, weights_v)
    parts = []
    for b in range(x.shape[0]):
        triples = zip(np.hsplit(Q[b], num_heads), np.hsplit(K[b], num_heads), np.hsplit(V[b], num_heads))
        parts.append(np.hstack([scaled_dot_product_attention(q, k, v, np.sqrt(q.shape[1])) for q, k, v in triples]))
    return np.array(parts)
