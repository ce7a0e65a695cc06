import numpy as np

def create_qkv(inputs, weights_q, weights_k, weights_v):
    b, s, d = inputs.shape
    flat = inputs.reshape(b * s, d)
    qkv = flat @ np.concatenate([weights_q, weights_k, weights_v], axis=1)
    qkv = qkv.reshape(b, s, 3, -1)
    return qkv[:, :, 0], qkv[:, :, 1], qkv[:, :, 2]

def scaled_dot_product_attention(Q, K, V, scale):
    # Q, K, V: (batch * heads, seq, depth), like torch.bmm wants it
    S = np.array([q @ k.T for q, k in zip(Q, K)])
    S = np.exp(S / scale)
    return np.array([s @ v / s.sum(1).reshape(-1, 1) for s, v in zip(S, V)])

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    b, s, d = inputs.shape
    assert d % num_heads == 0
    dh = d // num_heads

    def to_heads(t):
        t = t.reshape(b, s, num_heads, dh)
        t = np.rollaxis(t, 2, 1)
        return t.reshape(b * num_heads, s, dh)

    def from_heads(t):
        t = t.reshape(b, num_heads, s, dh)
        t = np.rollaxis(t, 1, 3)
        return t.reshape(b, s, d)

    q, k, v = map(to_heads, create_qkv(inputs, weights_q, weights_k, weights_v))
    return from_heads(scaled_dot_product_attention(q, k, v, dh ** 0.5))
