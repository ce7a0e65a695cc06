# misconception: no_softmax
# loses: end_to_end
import numpy as np

def scaled_dot_product_attention(Q, K, V, scale):
    """Q, K, V: lists of heads, one matrix per sentence and head"""
    return [(q.dot(k.T) / scale).dot(v) for q, k, v in zip(Q, K, V)]

def create_qkv(inputs, weights_q, weights_k, weights_v):
    return tuple(np.dot(inputs, w) for w in (weights_q, weights_k, weights_v))

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    answer = []
    for q, k, v in zip(*create_qkv(inputs, weights_q, weights_k, weights_v)):
        heads = scaled_dot_product_attention(
            np.split(q, num_heads, axis=1),
            np.split(k, num_heads, axis=1),
            np.split(v, num_heads, axis=1),
            np.sqrt(q.shape[1] / num_heads),
        )
        answer.append(np.concatenate(heads, axis=1))
    return np.array(answer)
