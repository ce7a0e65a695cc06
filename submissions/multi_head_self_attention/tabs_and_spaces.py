"""Multi-head self-attention."""
import numpy as np

def create_qkv(inputs, weights_q, weights_k, weights_v):
    Q = np.matmul(inputs, weights_q)
    K = np.matmul(inputs, weights_k)
    V = np.matmul(inputs, weights_v)
    return Q, K, V

def scaled_dot_product_attention(Q, K, V, scale):
    scores = np.matmul(Q, np.swapaxes(K, -1, -2)) / scale
    weights = np.exp(scores)
    weights = weights / np.sum(weights, axis=-1, keepdims=True)
    return np.matmul(weights, V)

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    depth = Q.shape[-1] // num_heads
    sentences = []
    for q, k, v in zip(Q, K, V):
	heads = []
	for h in range(num_heads):
	    cols = slice(h * depth, (h + 1) * depth)
	    head = scaled_dot_product_attention(
		q[:, cols], k[:, cols], v[:, cols], np.sqrt(depth))
            heads.append(head)
	sentences.append(np.hstack(heads))
    return np.array(sentences)

if __name__ == "__main__":
    x = np.random.rand(1, 5, 32)
    w = np.random.rand(3, 32, 32)
    print(multi_head_attention(x, w[0], w[1], w[2], 4))
