import numpy as np
assert np.allclose(np.fft.ifft(np.fft.fft([1.0, 2.0, 3.0])), [1, 2, 3])
