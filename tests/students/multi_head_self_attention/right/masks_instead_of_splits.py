import numpy as np

# Idea: nothing is split. For head h all columns of the queries and of the values that do
# not belong to h are set to zero. They then add nothing to the dot products, and the sum
# of the heads is the concatenation.

def create_qkv(inputs, weights_q, weights_k, weights_v):
    return np.matmul(inputs, weights_q), np.matmul(inputs, weights_k), np.matmul(inputs, weights_v)

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    dim = Q.shape[-1]
    belongs_to = np.arange(dim) * num_heads // dim
    total = np.zeros(V.shape)
    for head in range(num_heads):
        mine = (belongs_to == head).astype(float)
        logits = (Q * mine) @ np.swapaxes(K, 1, 2) * np.sqrt(num_heads / dim)
        logits -= np.amax(logits, axis=-1)[..., np.newaxis]
        a = np.exp(logits)
        a /= np.sum(a, axis=-1)[..., np.newaxis]
        total += a @ (V * mine)
    return total
