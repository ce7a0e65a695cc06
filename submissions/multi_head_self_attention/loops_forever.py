import numpy as np


def create_qkv(inputs, weights_q, weights_k, weights_v):
    Q = np.matmul(inputs, weights_q)
    K = np.matmul(inputs, weights_k)
    V = np.matmul(inputs, weights_v)
    return Q, K, V


def scaled_dot_product_attention(Q, K, V, scale):
    scores = np.matmul(Q, np.transpose(K, (0, 1, 3, 2))) * scale
    scores = scores - scores.max(axis=3, keepdims=True)
    attention = np.exp(scores)
    attention = attention / attention.sum(axis=3, keepdims=True)
    return np.matmul(attention, V)


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    batch, length, hidden = inputs.shape
    parts = []
    for M in create_qkv(inputs, weights_q, weights_k, weights_v):
        M = np.reshape(M, (batch, length, num_heads, hidden // num_heads))
        parts.append(np.transpose(M, (0, 2, 1, 3)))
    heads = scaled_dot_product_attention(*parts, 1 / np.sqrt(hidden // num_heads))
    return np.concatenate([heads[:, i] for i in range(num_heads)], axis=-1)


# try different numbers of heads
while True:
    try:
        num_heads = int(input("number of heads (0 = stop): "))
    except:
        print("please enter a number")
        continue
    if num_heads == 0:
        break
    inputs = np.random.rand(1, 5, 32)
    weights = np.random.rand(3, 32, 32)
    print(multi_head_attention(inputs, weights[0], weights[1], weights[2], num_heads))
