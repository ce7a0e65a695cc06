# misconception: no_scale
# loses: end_to_end
import numpy as np


def multi_head_attention(x, w_q, w_k, w_v, heads):
    """(b)atch, (s)equence, (t)arget, (m)odel, (h)ead, (d)epth"""
    per_head = lambda w: np.stack(np.hsplit(w, heads))                     # h m d
    q = np.einsum("bsm,hmd->hbsd", x, per_head(w_q))
    k = np.einsum("bsm,hmd->hbsd", x, per_head(w_k))
    v = np.einsum("bsm,hmd->hbsd", x, per_head(w_v))
    a = np.einsum("hbsd,hbtd->hbst", q, k)
    a = np.exp(a - a.max(-1)[..., None])
    y = np.einsum("hbst,hbtd->bshd", a, v) / np.einsum("hbst->bsh", a)[..., None]
    return y.reshape(x.shape)
