import numpy as np

def softmax(x):
    e = np.exp(x)
    return e / e.sum(axis=1, keepdims=True)

def create_qkv(inputs, weights_q, weights_k, weights_v):
    inputs = inputs[0]      # (1, 5, 32) -> (5, 32)
    Q = np.dot(inputs, weights_q)
    K = np.dot(inputs, weights_k)
    V = np.dot(inputs, weights_v)
    return Q, K, V

def scaled_dot_product_attention(Q, K, V, scale):
    scores = np.dot(Q, K.T)
    scores = scores * scale
    return np.dot(softmax(scores), V)

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    Q = np.hsplit(Q, num_heads)
    K = np.hsplit(K, num_heads)
    V = np.hsplit(V, num_heads)
    scale = 1 / np.sqrt(Q[0].shape[1])
    heads = [scaled_dot_product_attention(Q[i], K[i], V[i], scale) for i in range(num_heads)]
    return np.hstack(heads)

if __name__ == "__main__":
    inputs = np.random.rand(1, 5, 32)
    weights_q = np.random.rand(32, 32)
    weights_k = np.random.rand(32, 32)
    weights_v = np.random.rand(32, 32)
    print(multi_head_attention(inputs, weights_q, weights_k, weights_v, 4))
