import numpy as np


def softmax(z):
    z = z - z.max(-1, keepdims=True)
    return np.exp(z) / np.exp(z).sum(-1, keepdims=True)


def create_qkv(inputs, weights_q, weights_k, weights_v):
    Q = inputs @ weights_q
    K = inputs @ weights_k
    V = inputs @ weights_v
    return Q, K, V


def scaled_dot_product_attention(Q, K, V, scale):
    return softmax(Q @ K.swapaxes(-1, -2) / scale) @ V


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    batch, tokens, hidden = inputs.shape
    head_dim = hidden // num_heads

    def heads(x):
        return x.reshape(batch, tokens, num_heads, head_dim).swapaxes(1, 2)

    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    out = scaled_dot_product_attention(heads(Q), heads(K), heads(V), int(np.sqrt(head_dim)))
    return out.swapaxes(1, 2).reshape(batch, tokens, hidden)


# small test, head_dim = 4
inputs = np.random.rand(2, 3, 8)
w1 = np.random.rand(8, 8)
w2 = np.random.rand(8, 8)
w3 = np.random.rand(8, 8)
print(multi_head_attention(inputs, w1, w2, w3, 2))
