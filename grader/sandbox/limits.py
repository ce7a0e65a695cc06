"""Layer "limits": POSIX resource limits, hard and soft alike, so that the worker cannot raise them again.

Theory: what the assignment grants comes on top of what the process has when it enters (numpy and its BLAS buffer
are some 85 MB of data; modules that the assignment allows may be more). The data limit is the one that bounds
memory; address space, which also counts shared mappings and what is only reserved, is a little wider. CPU time ends
what ignores its deadline, the file size stops a disk from filling, descriptors and core dumps are cut. No process
can be started: that limit does nothing for root and counts per user elsewhere, so that 0 (whoever has one may not
have another) is the one value that is right; with one BLAS thread nothing needs more.

macOS refuses a bound on memory, or takes it and does not keep it: there none is set, and `details` says so.
"""

from __future__ import annotations

import sys

from grader.sandbox.base import Layer
from grader.sandbox.bounds import Bounds

try:
    import resource

    MISSING = ""
except ImportError:  # Windows, Pyodide
    MISSING = "this system has no resource limits"

MB = 1024 * 1024
MAPPED = 128 * MB
"""Address space for what is mapped and not data: libraries that are loaded later."""
TYPICAL = (256 * MB, 128 * MB)
"""Address space and data of a process of which nothing is known, in bytes."""
FILE_SIZE = MB  # not 0: that kills a child whose stderr is a regular file
DESCRIPTORS = 64


class Limits(Layer):
    """See the module."""

    name = "limits"
    advice = "Needs Linux or macOS."
    _own = TYPICAL

    def unavailable(self) -> str:
        return MISSING

    def details(self) -> str:
        return "" if bounds_memory() else "not of memory, which macOS does not bound"

    def look(self) -> None:
        self._own = own_memory()

    def enter_worker(self, bounds: Bounds) -> None:
        if bounds_memory():
            address_space, data = self._own
            lower(resource.RLIMIT_AS, address_space + bounds.memory + MAPPED)
            lower(resource.RLIMIT_DATA, data + bounds.memory)
        lower(resource.RLIMIT_CPU, bounds.cpu_seconds)
        lower(resource.RLIMIT_FSIZE, FILE_SIZE)
        lower(resource.RLIMIT_NOFILE, DESCRIPTORS)
        lower(resource.RLIMIT_CORE, 0)
        lower(resource.RLIMIT_NPROC, 0)


def bounds_memory() -> bool:
    """Whether this system keeps a process to a limit of its memory."""
    return not MISSING and sys.platform != "darwin"


def lower(limit: int, value: int) -> None:
    """Set a limit for good, or leave it where it is lower already."""
    _, hard = resource.getrlimit(limit)
    lowered = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(limit, (lowered, lowered))


def own_memory() -> tuple[int, int]:
    """Bytes of address space and of data that this process has already."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            pages = [int(number) for number in file.read().split()]
    except OSError:  # not on every system
        return TYPICAL
    return pages[0] * resource.getpagesize(), pages[5] * resource.getpagesize()
