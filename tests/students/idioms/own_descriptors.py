import os, io, sys
assert os.isatty(1) is False and sys.stdin.read() == ''
copy = os.fdopen(os.dup(1), "w"); copy.write("also seen\n"); copy.close()
