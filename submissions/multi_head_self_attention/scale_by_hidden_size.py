import numpy as np


def create_qkv(inputs: np.ndarray, weights_q: np.ndarray, weights_k: np.ndarray, weights_v: np.ndarray) -> tuple:
    Q = np.dot(inputs, weights_q)
    K = np.dot(inputs, weights_k)
    V = np.dot(inputs, weights_v)
    return Q, K, V


def scaled_dot_product_attention(Q: np.ndarray, K: np.ndarray, V: np.ndarray, scale: float) -> np.ndarray:
    scores = np.matmul(Q, K.transpose((0, 2, 1))) / scale
    exps = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = exps / exps.sum(axis=-1, keepdims=True)
    return np.matmul(weights, V)


def multi_head_attention(
    inputs: np.ndarray,
    weights_q: np.ndarray,
    weights_k: np.ndarray,
    weights_v: np.ndarray,
    num_heads: int,
) -> np.ndarray:
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    d_k = K.shape[-1]
    scale = np.sqrt(d_k)

    head_size = d_k // num_heads
    outputs = []
    for start in range(0, d_k, head_size):
        part = np.s_[..., start:start + head_size]
        outputs.append(scaled_dot_product_attention(Q[part], K[part], V[part], scale))
    return np.concatenate(outputs, axis=2)


def main():
    inputs = np.random.rand(1, 5, 32)
    weights_q, weights_k, weights_v = (np.random.rand(32, 32) for _ in range(3))
    attention_output = multi_head_attention(inputs, weights_q, weights_k, weights_v, 4)
    print(attention_output)


if __name__ == "__main__":
    main()
