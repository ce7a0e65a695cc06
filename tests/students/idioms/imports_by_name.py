import importlib
linear = importlib.import_module("numpy.linalg")
assert linear.norm([3, 4]) == 5 and __import__("colorsys").rgb_to_hsv(0, 0, 0)
