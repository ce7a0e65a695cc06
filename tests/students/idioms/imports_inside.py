def f():
    import math, colorsys, decimal
    from statistics import median
    return median([math.sqrt(4), 3])
assert f() == 2.5
