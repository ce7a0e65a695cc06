import inspect, ast, types
def f(a, b=1): "Doc."
assert list(inspect.signature(f).parameters) == ["a", "b"] and inspect.getdoc(f) == "Doc." and inspect.isfunction(f)
