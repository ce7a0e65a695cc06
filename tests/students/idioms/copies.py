import copy
import numpy as np

weights = copy.deepcopy({'w': np.ones(2), 'l': [1]})
assert copy.copy([1]) == [1] and weights['w'].sum() == 2
copy.deepcopy(np.random.default_rng(1))
