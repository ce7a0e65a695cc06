import numpy as np


def create_qkv(inputs, weights_q, weights_k, weights_v):
    K = np.matmul(inputs, weights_k)
    Q = np.matmul(inputs, weights_q)
    V = np.matmul(inputs, weights_v)
    return Q, K, V


def scaled_dot_product_attention(Q, K, V, scale):
    scores = np.matmul(Q, K.transpose(0, 2, 1)) * scale
    scores = np.exp(scores)
    for b in range(scores.shape[0]):
        for i in range(scores.shape[1]):
            scores[b, i] = scores[b, i] / scores[b, i].sum()
    return np.matmul(scores, V)


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    # get the three matrices
    Q, V, K = create_qkv(inputs, weights_q, weights_k, weights_v)

    # split the last dimension
    Qs = np.array_split(Q, num_heads, axis=2)
    Ks = np.array_split(K, num_heads, axis=2)
    Vs = np.array_split(V, num_heads, axis=2)
    scale = 1 / np.sqrt(Qs[0].shape[2])

    # attention of every head, then concat
    out = []
    for i in range(num_heads):
        out.append(scaled_dot_product_attention(Qs[i], Ks[i], Vs[i], scale))
    return np.concatenate(out, axis=2)


if __name__ == "__main__":
    x = np.random.rand(1, 5, 32)
    print(multi_head_attention(x, np.random.rand(32, 32), np.random.rand(32, 32), np.random.rand(32, 32), 4))
