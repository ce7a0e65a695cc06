import numpy as np


def multi_head_attention(x, wq, wk, wv, h):
    """b: batch, i/j: position, m: model, h: head, d: depth"""
    m = x.shape[-1]
    wq, wk, wv = (w.reshape(m, h, m // h) for w in (wq, wk, wv))
    q = np.einsum("bim,mhd->bhid", x, wq, optimize=True)
    k = np.einsum("bim,mhd->bhid", x, wk, optimize=True)
    v = np.einsum("bim,mhd->bhid", x, wv, optimize=True)
    y = scaled_dot_product_attention(q, k, v, (m // h) ** 0.5)
    return np.einsum("bhid->bihd", y).reshape(x.shape)


def scaled_dot_product_attention(q, k, v, scale):
    """scale: what the scores are divided by"""
    p = np.einsum("...id,...jd->...ij", q, k) / scale
    p = np.exp(p - p.max(axis=-1, keepdims=True))
    p /= np.einsum("...ij->...i", p)[..., None]
    return np.einsum("...ij,...jd->...id", p, v)


def create_qkv(x, wq, wk, wv):
    return tuple(np.einsum("bim,mn->bin", x, w) for w in (wq, wk, wv))
