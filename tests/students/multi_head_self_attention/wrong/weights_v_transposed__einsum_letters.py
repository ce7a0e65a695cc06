# misconception: weights_v_transposed
# loses: end_to_end
import numpy as np

def create_qkv(inputs, weights_q, weights_k, weights_v):
    Q = np.einsum('bti,io->bto', inputs, weights_q)
    K = np.einsum('bti,io->bto', inputs, weights_k)
    V = np.einsum('bti,oi->bto', inputs, weights_v)
    return Q, K, V

def scaled_dot_product_attention(Q, K, V, scale):
    logits = scale * np.einsum('btd,bsd->bts', Q, K)
    log_weights = logits - np.logaddexp.reduce(logits, axis=-1)[..., None]
    return np.einsum('bts,bsd->btd', np.exp(log_weights), V)

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    Q, K, V = create_qkv(inputs, weights_q, weights_k, weights_v)
    depth = Q.shape[-1] // num_heads
    result = np.concatenate(
        [
            scaled_dot_product_attention(*(M[..., i:i + depth] for M in (Q, K, V)), scale=1 / np.sqrt(depth))
            for i in range(0, Q.shape[-1], depth)
        ],
        axis=-1,
    )
    return result
