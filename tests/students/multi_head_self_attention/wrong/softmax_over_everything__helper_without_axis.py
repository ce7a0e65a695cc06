# misconception: softmax_over_everything
# loses: end_to_end
import numpy as np

def softmax(x):
    return np.exp(x) / np.sum(np.exp(x))

def create_qkv(inputs, weights_q, weights_k, weights_v):
    Q = np.matmul(inputs, weights_q)
    K = np.matmul(inputs, weights_k)
    V = np.matmul(inputs, weights_v)
    return (Q, K, V)

def scaled_dot_product_attention(Q, K, V, scale):
    """ for one head of one element of the batch """
    return np.matmul(softmax(np.matmul(Q, K.T) * scale), V)

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    batch, seq, hidden = inputs.shape
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    dim = hidden // num_heads
    scale = 1 / np.sqrt(dim)
    output = np.zeros((batch, seq, num_heads, dim))
    for index in np.ndindex(batch, num_heads):
        b, h = index
        part = (b, slice(None), slice(h * dim, h * dim + dim))
        output[b, :, h] = scaled_dot_product_attention(Q[part], K[part], V[part], scale)
    return output.reshape(batch, seq, hidden)
