import random
random.seed(1)
random.choice('ab'); random.shuffle([1]); random.gauss(0, 1); random.SystemRandom()
