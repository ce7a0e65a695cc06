import numpy as np
np.testing.assert_allclose([1.0], [1.0 + 1e-12])
np.testing.assert_array_equal([1], [1])
