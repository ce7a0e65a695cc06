import numpy as np

EPS = 0.0

def create_qkv(inputs, weights_q, weights_k, weights_v):
    Q = np.zeros(inputs.shape, dtype=np.float64)
    K = np.zeros(inputs.shape, dtype=np.float64)
    V = np.zeros(inputs.shape, dtype=np.float64)
    index = 0
    while index < inputs.shape[0]:
        np.dot(inputs[index], weights_q, out=Q[index]) if inputs.dtype == np.float64 else Q.__setitem__(index, inputs[index] @ weights_q)
        K[index] += inputs[index] @ weights_k
        V[index] += inputs[index] @ weights_v
        index += 1
    return Q, K, V

def scaled_dot_product_attention(Q, K, V, scale):
    """Q, K, V: seq x d_head; scale: 1/sqrt(d_head)"""
    position = 0
    result = np.zeros_like(V)
    while position < len(Q):
        logit = scale * (K @ Q[position])
        logit -= logit.max()
        weight = np.exp(logit)
        weight /= weight.sum() + EPS
        result[position] = weight @ V
        position += 1
    return result

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    d = inputs.shape[-1] // num_heads
    out = np.zeros_like(V)
    left = 0
    while left + d <= inputs.shape[-1]:
        for sample in range(len(out)):
            window = np.s_[sample, :, left:left + d]
            out[window] = scaled_dot_product_attention(Q[window], K[window], V[window], 1.0 / d ** 0.5)
        left += d
    return out
