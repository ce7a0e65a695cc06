import numpy as np


def create_qkv(inputs, weights_q, weights_k, weights_v):
    """calculates query, key and value in one multiplication"""
    combined = np.concatenate([weights_q, weights_k, weights_v], axis=1)
    q, k, v = np.split(inputs @ combined, 3, axis=-1)
    return q, k, v


def scaled_dot_product_attention(Q, K, V, scale):
    """scale is the size of the keys (d_k)"""
    logits = np.matmul(Q, np.swapaxes(K, -1, -2)) / np.sqrt(scale)
    probs = np.exp(logits)
    probs = probs / np.sum(probs, axis=-1, keepdims=True)
    return np.matmul(probs, V)


def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    q, k, v = create_qkv(inputs, weights_q, weights_k, weights_v)

    # every list has num_heads arrays of (batch, seq, hidden / num_heads)
    q_heads = np.split(q, num_heads, axis=-1)
    k_heads = np.split(k, num_heads, axis=-1)
    v_heads = np.split(v, num_heads, axis=-1)

    d_k = q_heads[0].shape[-1]
    outputs = [scaled_dot_product_attention(qh, kh, vh, d_k)
               for qh, kh, vh in zip(q_heads, k_heads, v_heads)]
    return np.concatenate(outputs, axis=-1)


if __name__ == '__main__':
    inputs = np.random.rand(1, 5, 32)
    weights = np.random.rand(3, 32, 32)
    attention_output = multi_head_attention(inputs, weights[0], weights[1], weights[2], 4)
    print('Input shape: ', inputs.shape)
    print('Output shape:', attention_output.shape)
