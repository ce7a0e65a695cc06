import re
assert re.sub(r'\s+', ' ', 'a  b') == 'a b' and re.compile('(?P<x>a)', re.I).match('A')['x'] == 'A'
