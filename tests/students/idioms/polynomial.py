import numpy as np
assert np.polynomial.Polynomial([1, 2])(3) == 7
np.polynomial.legendre.leggauss(3)
