import warnings
import numpy as np
np.log(np.array([0.0])); np.array([1.0]) / 0; np.float64(1) / 0
warnings.warn("careful", DeprecationWarning)
warnings.simplefilter("error")
try:
    np.array([1e308]) * 10
except RuntimeWarning:
    pass
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    warnings.warn("seen")
assert len(caught) == 1
