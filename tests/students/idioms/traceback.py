import sys, traceback
def inner():
    raise ValueError("shown")
try:
    inner()
except ValueError:
    traceback.print_exc()
    assert "inner" in traceback.format_exc() and traceback.extract_stack()
    sys.excepthook(*sys.exc_info())
