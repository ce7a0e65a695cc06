import numpy as np
np.char.upper(["a"]); np.emath.sqrt(-1); np.rec.array([(1, 2)]); np.finfo(np.float32); np.dtypes.Float64DType
np.testing.assert_raises(ValueError, int, "x"); np.exceptions.AxisError; np.show_config()
print(np.finfo(float), np.iinfo(int), np.loadtxt(["1 2"]), np.genfromtxt(["1 2"]))
