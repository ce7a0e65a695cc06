"""Layer "limits": POSIX resource limits, hard and soft alike, so that the worker cannot raise them again.

Theory: what the assignment grants comes on top of what the process has when it enters (numpy and its BLAS buffer
are some 85 MB of data; modules that the assignment allows may be more). The data limit is the one that bounds
memory; address space, which also counts what is only mapped, is a little wider. CPU time ends what ignores its
deadline, the file size stops a disk from filling, descriptors and core dumps are cut. RLIMIT_NPROC is left alone:
it does nothing for root and is shared per user.
"""

from __future__ import annotations

from grader.sandbox.bounds import Bounds

NAME = "limits"

MB = 1024 * 1024
MAPPED = 128 * MB
"""Address space for what is mapped and not data: libraries that are loaded later, stacks of threads."""
TYPICAL = (256 * MB, 128 * MB)
"""Address space and data of a process of which nothing is known, in bytes."""
FILE_SIZE = MB  # not 0: that kills a child whose stderr is a regular file
DESCRIPTORS = 64


def unavailable() -> str:
    """Windows and Pyodide have no `resource` module."""
    try:
        import resource  # noqa: F401  # only asked whether it is there
    except ImportError:
        return "this system has no resource limits"
    return ""


def enter(bounds: Bounds) -> None:
    """Lower every limit for good."""
    import resource

    address_space, data = own_memory()
    for limit, value in (
        (resource.RLIMIT_AS, address_space + bounds.memory + MAPPED),
        (resource.RLIMIT_DATA, data + bounds.memory),
        (resource.RLIMIT_CPU, bounds.cpu_seconds),
        (resource.RLIMIT_FSIZE, FILE_SIZE),
        (resource.RLIMIT_NOFILE, DESCRIPTORS),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(limit)
        lowered = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (lowered, lowered))


def own_memory() -> tuple[int, int]:
    """Bytes of address space and of data that this process has already."""
    import resource

    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            pages = [int(number) for number in file.read().split()]
    except OSError:  # not on every system, nor in every cage
        return TYPICAL
    return pages[0] * resource.getpagesize(), pages[5] * resource.getpagesize()
