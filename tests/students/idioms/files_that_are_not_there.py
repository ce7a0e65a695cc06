import numpy as np
for read in (lambda: open("weights.txt"), lambda: np.load("weights.npy")):
    try:
        read()
    except OSError as error:
        assert isinstance(error, FileNotFoundError), error
