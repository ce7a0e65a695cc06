import numpy as np
a = np.random.rand(300, 300)
assert (a @ a).shape == (300, 300) and np.linalg.svd(a)[1].shape == (300,)
