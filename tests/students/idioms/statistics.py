import statistics, math, cmath
assert statistics.mean([1, 2]) == 1.5 and statistics.stdev([1, 2, 4]) > 1
