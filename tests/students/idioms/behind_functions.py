import collections, importlib, numpy as np
from collections import Counter
assert Counter("aab").most_common(1) == [("a", 2)] and Counter("aab").most_common(2)
assert np.nanmedian(np.array([1.0, np.nan, 3.0])) == 2
assert np . ma.array([1]).sum() == 1
exec("import cmath")
for name in ["colorsys", 'wave']:
    importlib.import_module(name)
