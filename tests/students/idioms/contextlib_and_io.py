import contextlib, io, sys
with contextlib.redirect_stdout(io.StringIO()) as out:
    print("hidden")
assert out.getvalue() == "hidden\n"
with contextlib.suppress(KeyError):
    {}["x"]
sys.stdout.write("seen\n"); sys.stdout.flush(); print("e", file=sys.stderr)
