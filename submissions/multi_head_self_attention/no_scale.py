import numpy as np


def create_qkv(inputs, weights_q, weights_k, weights_v):
    q = np.matmul(inputs, weights_q)
    k = np.matmul(inputs, weights_k)
    v = np.matmul(inputs, weights_v)
    return q, k, v


def softmax(x):
    x = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return x / np.sum(x, axis=-1, keepdims=True)


def scaled_dot_product_attention(Q, K, V, scale):
    # scores
    matmul_qk = np.matmul(Q, np.swapaxes(K, -2, -1))
    scaled_attention_logits = matmul_qk
    # weights
    attention_weights = softmax(scaled_attention_logits)
    return np.matmul(attention_weights, V)


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    batch_size, seq_len, d_model = inputs.shape
    depth = d_model // num_heads
    q, k, v = create_qkv(inputs, weights_q, weights_k, weights_v)
    q, k, v = [np.transpose(t.reshape(batch_size, seq_len, num_heads, depth), (0, 2, 1, 3)) for t in (q, k, v)]
    out = scaled_dot_product_attention(q, k, v, np.sqrt(depth))
    return np.transpose(out, (0, 2, 1, 3)).reshape(batch_size, seq_len, d_model)


x = np.random.rand(1, 5, 32)
W = np.random.rand(3, 32, 32)
print(multi_head_attention(x, W[0], W[1], W[2], 4).shape)
