try:
    import torch
except ImportError:
    torch = None
try:
    import scipy.special as special
except ModuleNotFoundError:
    special = None
assert torch is None
