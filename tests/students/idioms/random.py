import numpy as np
np.random.seed(0)
first = np.random.randn(3)
generator = np.random.default_rng(42)
assert generator.normal(size=3).shape == (3,) and len(generator.permutation(5)) == 5
assert np.random.default_rng().integers(10) < 10 and np.random.rand() < 1
np.random.RandomState(1).uniform(); np.random.choice([1, 2]); np.random.shuffle([1, 2, 3])
