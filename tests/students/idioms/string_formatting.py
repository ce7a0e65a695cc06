import string, textwrap, pprint
pprint.pprint({"a": list(range(40))}); textwrap.dedent(" x"); string.Template("$x").substitute(x=1)
assert f"{3.14159:.2f} {1e6:,.0f} {'x':>5} {5:#x} {[1]!r}" and "%5.2f" % 1 and "{:d}".format(3)
assert "ß".upper() == "SS" and "é".encode().decode() == "é" and chr(0x1F600).encode("utf-8") and "x".encode("ascii")
