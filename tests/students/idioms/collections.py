from collections import OrderedDict, defaultdict, Counter, namedtuple, deque, ChainMap
import itertools, operator, heapq, bisect
P = namedtuple("P", "x y")
assert P(1, 2).y == 2 and Counter("aab")["a"] == 2 and list(itertools.product("ab", repeat=2))[1] == ("a", "b")
