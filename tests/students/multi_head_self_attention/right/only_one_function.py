import numpy as np

# Everything in one function. The statement allows to deviate from the recommended functions.

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    batch_size, seq_len, hidden_dim = inputs.shape
    size = hidden_dim // num_heads
    output = np.zeros((batch_size, seq_len, hidden_dim))
    for b in range(batch_size):
        for h in range(num_heads):
            cols = slice(h * size, (h + 1) * size)
            q = inputs[b] @ weights_q[:, cols]
            k = inputs[b] @ weights_k[:, cols]
            v = inputs[b] @ weights_v[:, cols]
            e = np.exp(q @ k.T / np.sqrt(size))
            output[b, :, cols] = e @ v / e.sum(axis=1, keepdims=True)
    return output
