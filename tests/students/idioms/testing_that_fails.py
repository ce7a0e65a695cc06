import numpy as np
try:
    np.testing.assert_allclose([1.0], [2.0])
except AssertionError as error:
    assert "Mismatched" in str(error)
