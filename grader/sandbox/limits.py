"""Layer "limits": POSIX resource limits, hard and soft alike, so that the worker cannot raise them again.

Theory: address space bounds memory (numpy alone has some 100 MB of it mapped, hence the allowance on top of
what the assignment grants), CPU time ends what ignores its deadline, the file size stops a disk from filling,
descriptors and core dumps are cut. RLIMIT_NPROC is left alone: it does nothing for root and is shared per user.
"""

from __future__ import annotations

from grader.sandbox.bounds import Bounds

NAME = "limits"

ADDRESS_SPACE_ALLOWANCE = 256 * 1024 * 1024
FILE_SIZE = 1024 * 1024  # not 0: that kills a child whose stderr is a regular file
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

    for limit, value in (
        (resource.RLIMIT_AS, bounds.memory + ADDRESS_SPACE_ALLOWANCE),
        (resource.RLIMIT_DATA, bounds.memory),
        (resource.RLIMIT_CPU, bounds.cpu_seconds),
        (resource.RLIMIT_FSIZE, FILE_SIZE),
        (resource.RLIMIT_NOFILE, DESCRIPTORS),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(limit)
        lowered = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (lowered, lowered))
