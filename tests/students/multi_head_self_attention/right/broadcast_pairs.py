import numpy as np

def create_qkv(inputs, weights_q, weights_k, weights_v):
    """(b, s, d, 1) * (d, e), summed over d"""
    wide = inputs[..., None]
    return (wide * weights_q).sum(-2), (wide * weights_k).sum(-2), (wide * weights_v).sum(-2)

def scaled_dot_product_attention(Q, K, V, scale):
    """(..., query, key, depth) in one array"""
    product = Q[..., :, None, :] * K[..., None, :, :]
    energy = np.exp(product.sum(-1) * scale)[..., None]
    return (energy * V[..., None, :, :]).sum(-2) / energy.sum(-2)

def multi_head_attention(inputs, weights_q, weights_k, weights_v, num_heads):
    """heads stay on axis 2 until their axis is moved to the front of seq"""
    b, s, d = inputs.shape
    shape = (b, s, num_heads, d // num_heads)
    q, k, v = [np.swapaxes(np.reshape(x, shape), 1, 2) for x in create_qkv(inputs, weights_q, weights_k, weights_v)]
    out = scaled_dot_product_attention(q, k, v, shape[-1] ** -.5)
    return np.swapaxes(out, 1, 2).reshape(b, s, d)
