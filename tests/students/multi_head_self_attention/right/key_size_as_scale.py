import math
import numpy as np

def create_qkv(inputs, weights_q, weights_k, weights_v):
    Q = np.dot(inputs, weights_q)
    K = np.dot(inputs, weights_k)
    V = np.dot(inputs, weights_v)
    return Q, K, V

def scaled_dot_product_attention(Q, K, V, scale):
    # scale = d_k, Q K V are matrices
    attention = np.zeros((Q.shape[0], K.shape[0]))
    for i in range(Q.shape[0]):
        for j in range(K.shape[0]):
            attention[i][j] = math.exp(np.dot(Q[i], K[j]) / math.sqrt(scale))
    for i in range(Q.shape[0]):
        attention[i] = attention[i] / sum(attention[i])
    return np.dot(attention, V)

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    d_k = int(inputs.shape[2] / num_heads)
    result = []
    for b in range(len(inputs)):
        sentence = np.empty((inputs.shape[1], 0))
        for h in range(num_heads):
            start = h * d_k
            end = start + d_k
            head = scaled_dot_product_attention(Q[b, :, start:end], K[b, :, start:end], V[b, :, start:end], d_k)
            sentence = np.append(sentence, head, axis=1)
        result.append(sentence)
    return np.array(result)
