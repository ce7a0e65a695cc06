"""The C library's free memory before a fork: it is taken, so that workers get all of theirs from the end of the heap.

Theory: what was freed lies in gaps between what is in use. A worker that is given such memory writes into pages that it
shares with the zygote, beside it and to its left and right, where malloc keeps its books; the kernel copies each. From
the end it gets new pages: these cost half as much, and are filled one after the other. That spares a worker a
hundred copied pages and some of its time. The gaps of Python's own small objects are too few to matter.
"""

from __future__ import annotations

import ctypes

SIZES = (*range(65536, 4096, -2048), *range(4096, 1024, -128), *range(1024, 8, -16))
"""In bytes, what is asked for, from the largest gaps to the smallest."""
MOST = 16 * 1024 * 1024
"""Bytes that are taken at most."""


def fill_gaps() -> int:
    """Take what is free below the end of the heap, for good; how many bytes. Nothing where the C library is not GNU."""
    library = ctypes.CDLL(None)
    if not hasattr(library, "gnu_get_libc_version"):
        return 0
    malloc, free, sbrk = library.malloc, library.free, library.sbrk
    malloc.restype = sbrk.restype = ctypes.c_void_p
    malloc.argtypes, free.argtypes, sbrk.argtypes = [ctypes.c_size_t], [ctypes.c_void_p], [ctypes.c_ssize_t]
    end, taken = sbrk(0), 0
    for size in SIZES:
        while (got := malloc(size)) is not None and got < end and taken < MOST:
            taken += size
        free(got)
    return taken
