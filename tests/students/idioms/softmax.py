import numpy as np
def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
@np.vectorize
def relu(x): return max(x, 0)
assert np.allclose(softmax(np.random.randn(2, 5)).sum(-1), 1) and (relu(np.array([-1.0, 2.0])) == [0, 2]).all()
mask = np.triu(np.full((4, 4), -np.inf), 1); np.where(mask == 0, 1, 0); np.tril(np.ones((3, 3), bool))
