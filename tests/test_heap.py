"""Memory that was freed is not given out again once its gaps are filled: what is asked for comes from the end."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

LOOK = """
import ctypes
from grader.heap import fill_gaps
library = ctypes.CDLL(None)
malloc, free, sbrk = library.malloc, library.free, library.sbrk
malloc.restype = sbrk.restype = ctypes.c_void_p
free.argtypes = [ctypes.c_void_p]
sizes = (40, 200, 1000, 3000, 30000)
for size in sizes:
    made = [malloc(size) for _ in range(40)]
    for place in made[::2]:  # a gap beside each
        free(place)
end = sbrk(0)
before = sum(malloc(size) < end for size in sizes)
taken = fill_gaps()
end = sbrk(0)
print(before, taken, sum(malloc(size) < end - 256 * 1024 for size in sizes))
"""
"""In a process of its own, whose heap nobody else changes meanwhile. The end is a piece by which the heap has grown."""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library has another heap")
def test_what_is_asked_for_comes_from_the_end() -> None:
    done = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True)
    before, taken, after = map(int, done.stdout.split())
    assert before == 5
    assert taken > 20 * (40 + 200 + 1000 + 3000)
    assert after == 0
