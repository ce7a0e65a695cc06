from numpy.fft import rfft, irfft
assert len(rfft(range(8))) == 5
