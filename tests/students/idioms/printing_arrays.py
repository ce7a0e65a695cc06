import numpy as np
np.set_printoptions(precision=3, suppress=True)
print(np.random.rand(3, 3), np.arange(2000), np.array([1 + 2j, np.nan]), np.array(["a"]), repr(np.eye(2)))
print(np.array2string(np.eye(2), separator=", "), f"{np.float64(1.5):.3f}", np.array([{}]))
