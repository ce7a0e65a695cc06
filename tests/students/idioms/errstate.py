import numpy as np
with np.errstate(divide="raise", invalid="ignore"):
    try:
        np.array([1.0]) / 0.0
    except FloatingPointError:
        pass
