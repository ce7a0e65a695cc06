import numpy as np

# The text of the assignment calls it multi_head_self_attention, so I use this name.

def create_qkv(inputs, weights_q, weights_k, weights_v):
    # batch matrix multiplication
    Q = np.tensordot(inputs, weights_q, axes=([2], [0]))
    K = np.tensordot(inputs, weights_k, axes=([2], [0]))
    V = np.tensordot(inputs, weights_v, axes=([2], [0]))
    return Q, K, V

def scaled_dot_product_attention(Q, K, V, scale):
    d = len(Q.shape)
    axes = list(range(d))
    axes[-1], axes[-2] = axes[-2], axes[-1]      # swap the last two axes
    scores = np.matmul(Q, np.transpose(K, axes))
    scores = scores / scale
    e = np.exp(scores)
    return np.matmul(e / np.sum(e, axis=-1, keepdims=True), V)

def multi_head_self_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    b, n, hidden = inputs.shape
    size = int(hidden / num_heads)
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    result = None
    for i in range(num_heads):
        q = Q[..., i*size:(i+1)*size]
        k = K[..., i*size:(i+1)*size]
        v = V[..., i*size:(i+1)*size]
        head = scaled_dot_product_attention(q, k, v, size ** 0.5)
        if result is None:
            result = head
        else:
            result = np.append(result, head, axis=2)
    return result

def main():
    inputs = np.random.rand(1, 5, 32)
    hidden_dim = 32
    num_heads = 4
    weights_q = np.random.rand(hidden_dim, hidden_dim)
    weights_k = np.random.rand(hidden_dim, hidden_dim)
    weights_v = np.random.rand(hidden_dim, hidden_dim)
    attention_output = multi_head_self_attention(inputs, weights_q, weights_k, weights_v, num_heads)
    print("attention output:", attention_output)

if __name__ == "__main__":
    main()
