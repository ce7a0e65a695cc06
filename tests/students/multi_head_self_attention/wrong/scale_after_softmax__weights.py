# misconception: scale_after_softmax
# loses: end_to_end
import numpy as np

def create_qkv(inputs, weights_q, weights_k, weights_v):
    Q = np.matmul(inputs, weights_q)
    K = np.matmul(inputs, weights_k)
    V = np.matmul(inputs, weights_v)
    return Q, K, V

def softmax(X):
    X = np.exp(X - X.max(axis=-1)[..., np.newaxis])
    return X / X.sum(axis=-1)[..., np.newaxis]

def scaled_dot_product_attention(Q, K, V, scale):
    attention = softmax(np.matmul(Q, K.swapaxes(-1, -2)))
    attention = attention / scale
    return np.matmul(attention, V)

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    size = inputs.shape[-1] // num_heads
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    results = {}
    for h in range(num_heads):
        take = lambda M: M[..., h * size:(h + 1) * size]
        results[h] = scaled_dot_product_attention(take(Q), take(K), take(V), np.sqrt(size))
    return np.concatenate(list(results.values()), axis=-1)
