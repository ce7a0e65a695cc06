import numpy as np
masked = np.ma.masked_array([1.0, 2.0, 3.0], mask=[0, 1, 0])
assert masked.mean() == 2 and np.ma.masked_where(np.arange(3) > 1, np.arange(3)).count() == 2
