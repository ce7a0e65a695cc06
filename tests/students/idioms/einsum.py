import numpy as np
q, k, v = (np.ones((2, 4, 8)) for _ in range(3))
scores = np.einsum("bqd,bkd->bqk", q, k, optimize=True)
assert np.einsum("bqk,bkd->bqd", scores, v, optimize="optimal").shape == (2, 4, 8)
assert np.einsum_path("ij,jk,kl->il", *[np.ones((4, 4))] * 3)
