# misconception: no_scale
# loses: end_to_end
import numpy as np

def create_qkv(inputs, weights_q, weights_k, weights_v):
    Q = inputs @ weights_q
    K = inputs @ weights_k
    V = inputs @ weights_v
    return Q, K, V

def softmax(a):
    a = np.exp(a)
    return a / a.sum(axis=-1, keepdims=True)

def scaled_dot_product_attention(Q, K, V, scale):
    scores = np.matmul(Q, K.transpose(0, 2, 1))
    attention_weights = softmax(scores)
    output = np.matmul(attention_weights, V)
    return output

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    scale = np.sqrt(Q.shape[-1] // num_heads)
    outputs = []
    for Q_h, K_h, V_h in zip(np.split(Q, num_heads, -1), np.split(K, num_heads, -1), np.split(V, num_heads, -1)):
        outputs.append(scaled_dot_product_attention(Q_h, K_h, V_h, scale))
    return np.concatenate(outputs, axis=-1)
