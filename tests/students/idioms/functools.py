import functools
@functools.lru_cache(maxsize=None)
def f(n): return n if n < 2 else f(n - 1) + f(n - 2)
@functools.wraps(f)
def g(*a): return f(*a)
assert g(30) == 832040 and functools.reduce(lambda a, b: a * b, [1, 2, 3]) == 6 and functools.partial(pow, 2)(3) == 8
