# misconception: reshape_without_transpose
# loses: end_to_end
import numpy as np

def softmax(x):
    x = np.exp(x)
    s = np.sum(x, axis=-1)
    return x / np.expand_dims(s, -1)

def create_qkv(inputs, weights_q, weights_k, weights_v):
    return inputs.dot(weights_q), inputs.dot(weights_k), inputs.dot(weights_v)

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    dims = inputs.shape
    new = (dims[0] * num_heads, dims[1], dims[2] // num_heads)
    q, k, v = [np.resize(m, new) for m in create_qkv(inputs, weights_q, weights_k, weights_v)]
    r = []
    for i in range(new[0]):
        r.append(softmax(q[i].dot(k[i].T) / np.sqrt(new[2])).dot(v[i]))
    return np.resize(np.array(r), dims)
