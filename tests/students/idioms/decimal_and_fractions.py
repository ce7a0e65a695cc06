from decimal import Decimal, getcontext
from fractions import Fraction
getcontext().prec = 30
assert Decimal("0.1") + Decimal("0.2") == Decimal("0.3") and Fraction(1, 3) * 3 == 1
