from numpy import *
def softmax(x): return exp(x) / sum(exp(x), axis=-1, keepdims=True)
assert array([1]).sum() == 1 and abs(softmax(ones((2, 3))).sum() - 2) < 1e-9
x = random.rand(2); y = linalg.norm(x); z = fft.fft(x)
