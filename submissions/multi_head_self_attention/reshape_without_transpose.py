import numpy as np

def create_qkv(inputs, weights_q, weights_k, weights_v):
    Q = inputs @ weights_q
    K = inputs @ weights_k
    V = inputs @ weights_v
    return Q, K, V

def softmax(x):
    e_x = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e_x / e_x.sum(axis=-1, keepdims=True)

def scaled_dot_product_attention(Q, K, V, scale):
    attention_scores = np.matmul(Q, K.transpose(0, 1, 3, 2)) / scale
    attention_probs = softmax(attention_scores)
    return np.matmul(attention_probs, V)

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    batch, seq, hidden = inputs.shape
    d_head = hidden // num_heads
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)

    # split to heads: (batch, heads, seq, d_head)
    Q = Q.reshape(batch, num_heads, seq, d_head)
    K = K.reshape(batch, num_heads, seq, d_head)
    V = V.reshape(batch, num_heads, seq, d_head)

    out = scaled_dot_product_attention(Q, K, V, np.sqrt(d_head))

    # concat heads
    return out.reshape(batch, seq, hidden)

inputs = np.random.rand(1, 5, 32)
weights = [np.random.rand(32, 32) for i in range(3)]
output = multi_head_attention(inputs, weights[0], weights[1], weights[2], 4)
print(output.shape)
assert output.shape == (1, 5, 32)
