assert "x".encode("latin-1") == b"x" and b"x".decode("utf-16-le", "ignore") == "" and "é".encode("cp1252") == b"\xe9"
assert "x".encode(encoding="iso-8859-1") and bytes("x", "ascii") and str(b"x", "utf-8")
