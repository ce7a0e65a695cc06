import numpy as np
a = np.array([[4.0, 1.0], [1.0, 3.0]])
assert np.allclose(np.linalg.inv(a) @ a, np.eye(2)) and np.linalg.matrix_rank(a) == 2
for work in (np.linalg.svd, np.linalg.eigh, np.linalg.qr, np.linalg.cholesky, np.linalg.pinv, np.linalg.norm):
    work(a)
try:
    np.linalg.inv(np.zeros((2, 2)))
except np.linalg.LinAlgError as error:
    assert "Singular" in str(error)
