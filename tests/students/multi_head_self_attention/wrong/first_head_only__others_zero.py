# misconception: first_head_only
# loses: end_to_end
import numpy as np

def create_qkv(inputs, weights_q, weights_k, weights_v):
    Q = np.matmul(inputs, weights_q)
    K = np.matmul(inputs, weights_k)
    V = np.matmul(inputs, weights_v)
    return Q, K, V

def scaled_dot_product_attention(Q, K, V, scale):
    scores = np.matmul(Q, np.transpose(K, axes=(0, 2, 1))) / scale
    scores = scores - scores.max(axis=-1)[:, :, None]
    probs = np.exp(scores)
    probs = probs / probs.sum(axis=-1)[:, :, None]
    return np.matmul(probs, V)

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    d = Q.shape[-1] // num_heads
    output = np.zeros(Q.shape)
    for head in range(num_heads):
        first, last = head * d, (head + 1) * d
        output[..., first:last] = scaled_dot_product_attention(
            Q[..., first:last], K[..., first:last], V[..., first:last], np.sqrt(d)
        )
        return output
