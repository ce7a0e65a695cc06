"""Self attention in Einstein notation (i: query, j: key, d: depth, v: value depth)."""
from numpy import einsum, exp, asarray


def self_attention(q, k, v):
    depth = q.shape[-1]
    logits = einsum("id,jd->ij", q, k) * depth ** (-1 / 2)
    unnormalised = exp(logits)
    # dividing after the mixing saves an n x n division
    return einsum("ij,jv->iv", unnormalised, v) / einsum("ij->i", unnormalised)[:, None]


def compute_qkv(x, *weights):
    x = asarray(x, dtype=float)
    return tuple(einsum("nm,md->nd", x, w) for w in weights)
