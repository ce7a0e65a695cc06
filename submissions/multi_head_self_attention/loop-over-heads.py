import numpy as np

def create_qkv(inputs, weights_q, weights_k, weights_v):
    Q = inputs @ weights_q
    K = inputs @ weights_k
    V = inputs @ weights_v
    return Q, K, V

def scaled_dot_product_attention(Q, K, V, scale):
    # Q, K, V: (batch, seq_len, head_dim), one head at a time
    scores = Q @ K.transpose(0, 2, 1) * scale
    exp_scores = np.exp(scores)
    attention = exp_scores / exp_scores.sum(axis=2, keepdims=True)
    return attention @ V

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    head_dim = Q.shape[-1] // num_heads
    scale = 1 / np.sqrt(head_dim)

    heads = []
    for h in range(num_heads):
        start = h * head_dim
        end = start + head_dim
        head = scaled_dot_product_attention(Q[:, :, start:end], K[:, :, start:end], V[:, :, start:end], scale)
        print("head", h + 1, "done, shape", head.shape)
        heads.append(head)

    return np.concatenate(heads, axis=-1)

inputs = np.random.rand(1, 5, 32)
w_q = np.random.rand(32, 32)
w_k = np.random.rand(32, 32)
w_v = np.random.rand(32, 32)
out = multi_head_attention(inputs, w_q, w_k, w_v, 4)
print(out)
print(out.shape)
