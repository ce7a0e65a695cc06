import numpy as np
assert np.lib.stride_tricks.sliding_window_view(np.arange(5), 3).shape == (3, 3)
