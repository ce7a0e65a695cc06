import codecs
for name in ["latin-1", 'cp1252', "utf-16"]:
    assert "x".encode(name).decode(name) == "x"
assert str(b"x", "cp437") == "x" and codecs.decode("x", "rot13") == "k"
assert "é".encode("ascii", "namereplace")
