import numpy as np
for load in (np.loadtxt, np.genfromtxt, np.load):
    try:
        load("data.csv")
    except FileNotFoundError:
        continue
    raise AssertionError(load)
