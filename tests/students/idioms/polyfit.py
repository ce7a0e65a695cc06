import numpy as np
assert np.allclose(np.polyfit([0, 1, 2], [1, 3, 5], 1), [2, 1])
np.poly1d([1, 2])(3)
