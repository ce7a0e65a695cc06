# misconception: scale_by_sqrt_seq
# loses: end_to_end
import numpy as np

def softmax(x):
    e_x = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e_x / e_x.sum(axis=-1, keepdims=True)

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    queries, keys, values = create_qkv(inputs, weights_q, weights_k, weights_v)
    all_heads = []
    for i in range(num_heads):
        head = [np.array_split(m, num_heads, axis=-1)[i] for m in (queries, keys, values)]
        all_heads.append(scaled_dot_product_attention(*head, scale=head[1].shape[1]))
    return np.dstack(all_heads)

def create_qkv(inputs, weights_q, weights_k, weights_v):
    queries = np.einsum('abc,cd', inputs, weights_q)
    keys = np.einsum('abc,cd', inputs, weights_k)
    values = np.einsum('abc,cd', inputs, weights_v)
    return queries, keys, values

def scaled_dot_product_attention(Q, K, V, scale):
    attention = softmax(np.einsum('bid,bjd->bij', Q, K) / np.sqrt(scale))
    return np.einsum('bij,bjd->bid', attention, V)
