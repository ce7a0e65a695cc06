"""Builds the two seccomp programs with libseccomp (the judge only; see `seccomp` for what they are for).

The lists are of names, so that libseccomp finds the numbers of whatever architecture this is; what an architecture
does not have is passed over. What is on no list gets EPERM, a call of a foreign architecture ends the process.
libseccomp is called through ctypes: pyseccomp, its binding on PyPI, has had no release since 2021, and nine calls are
all that is needed.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from grader.sandbox.seccomp import OWN_PID

ALLOW, KILL_PROCESS, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
AT_MOST, EQUAL, MASKED_EQUAL = 3, 4, 7
BAD_ARCHITECTURE, OPTIMIZE = 2, 8
"""Attributes of a filter."""


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


COMPUTE = _names("""
    read write close fstat poll lseek mmap mprotect munmap brk rt_sigaction rt_sigprocmask rt_sigreturn pread64 readv
    writev select sched_yield mremap madvise dup nanosleep getpid gettid exit wait4 uname getcwd gettimeofday getrlimit
    getrusage times getuid getgid geteuid getegid getppid getpgrp getgroups getresuid getresgid rt_sigtimedwait
    sigaltstack arch_prctl time futex set_tid_address restart_syscall fadvise64 exit_group epoll_create1 epoll_ctl
    epoll_wait epoll_pwait mbind get_mempolicy pselect6 ppoll set_robust_list pipe2 pipe dup2 dup3 getcpu getrandom rseq
    membarrier getitimer setitimer alarm eventfd2 close_range fsync
""")
"""Needed to compute, or harmless on one's own."""

NO_SUCH_FILE = _names("""
    open openat creat stat lstat newfstatat statx access faccessat faccessat2 readlink readlinkat statfs
    unlink unlinkat mkdir mkdirat rmdir rename renameat renameat2 link linkat symlink symlinkat truncate chdir
    chmod fchmodat chown lchown fchownat utime utimes utimensat futimesat mknod mknodat
""")
"""What takes a path, as if there was no file at all: libraries cope with that."""

TRY_AGAIN = ("clone", "fork", "vfork")
"""As if there were too many processes already."""

TOO_NEW = ("clone3", "openat2")
"""As if the kernel was older: the C library then uses what is judged above."""

Comparison = tuple[int, int, int, int]
"""Which argument, how it is compared, with what, and a second number for masks."""


def equal(argument: int, *values: int) -> list[list[Comparison]]:
    """Alternatives: the argument is one of the values."""
    return [[(argument, EQUAL, value, 0)] for value in values]


OWN_PROCESS = (0, OWN_PID)

CLOCKS = {name: [[(0, AT_MOST, 11, 0)]] for name in ("clock_gettime", "clock_getres", "clock_nanosleep")}
"""The system's and one's own; a negative number is another process's."""

BY_ARGUMENT: Mapping[str, list[list[Comparison]]] = {
    **CLOCKS,
    "kill": equal(0, OWN_PID),
    "tgkill": equal(0, OWN_PID),
    "prlimit64": [[(0, EQUAL, pid, 0), (2, EQUAL, 0, 0)] for pid in OWN_PROCESS],
    "sched_getaffinity": equal(0, *OWN_PROCESS),
    "sched_getparam": equal(0, *OWN_PROCESS),
    "sched_getscheduler": equal(0, *OWN_PROCESS),
    "prctl": equal(0, 15, 16, 0x53564D41),  # set and get one's name, name memory
    "ioctl": equal(1, 0x5401, 0x5413, 0x541B, 0x5451, 0x5421),  # TCGETS TIOCGWINSZ FIONREAD FIOCLEX FIONBIO
    "fcntl": equal(1, 0, 1, 2, 3, 4, 1030),  # duplicates and flags; no locks, leases, owners, sizes of pipes
}
"""Allowed for one's own process, and for some purposes, only."""

PLAIN_FORK = (0x01200011, 0x11)
"""Flags of a `clone` that is a fork: SIGCHLD, with or without setting and clearing the child's id."""
READ_ONLY = 0o100 | 0o1000 | 0o3 | 0o20000000
"""Bits of `open` flags that must be 0: creating, truncating, writing, unnamed files."""

READING = _names("stat lstat newfstatat statx access faccessat faccessat2 readlink readlinkat getdents64")
SUPERVISING = _names("fork waitid kill tgkill pidfd_open recvmsg recvfrom sendmsg sendto setsid setpgid seccomp")

ZYGOTE: Mapping[str, list[list[Comparison]]] = {
    **CLOCKS,
    "open": [[(1, MASKED_EQUAL, READ_ONLY, 0)]],
    "openat": [[(2, MASKED_EQUAL, READ_ONLY, 0)]],
    "clone": equal(0, *PLAIN_FORK),
    "prlimit64": equal(0, 0),
    "prctl": equal(0, 1, 15, 16, 22, 0x53564D41),  # and: die with the parent, install the tight program
    "ioctl": BY_ARGUMENT["ioctl"],
    "fcntl": BY_ARGUMENT["fcntl"],
    "sched_getaffinity": equal(0, 0),
}


@dataclass(frozen=True, slots=True)
class Program:
    """What a program answers, by name of the call."""

    allowed: tuple[str, ...]
    conditional: Mapping[str, list[list[Comparison]]]
    refused: Mapping[str, int]
    """The errno of what is refused in another way than by EPERM."""


WIDE = Program((*COMPUTE, *READING, *SUPERVISING), ZYGOTE, dict.fromkeys(TOO_NEW, errno.ENOSYS))
TIGHT = Program(
    COMPUTE,
    BY_ARGUMENT,
    dict.fromkeys(NO_SUCH_FILE, errno.ENOENT)
    | dict.fromkeys(TRY_AGAIN, errno.EAGAIN)
    | dict.fromkeys(TOO_NEW, errno.ENOSYS),
)


class _Comparison(ctypes.Structure):
    _fields_ = (
        ("argument", ctypes.c_uint),
        ("operation", ctypes.c_int),
        ("value", ctypes.c_uint64),
        ("other", ctypes.c_uint64),
    )


@functools.cache
def programs() -> tuple[bytes, bytes]:
    """The wide and the tight program for this machine. Raises OSError when libseccomp cannot be had."""
    return build(WIDE), build(TIGHT)


def build(program: Program, architecture: int | None = None) -> bytes:
    """A program as classic BPF; `architecture` (an audit token) other than this machine's for a look at it."""
    library = _library()
    context = library.seccomp_init(ERRNO | errno.EPERM)
    if not context:
        raise OSError("libseccomp cannot make a filter")
    try:
        if architecture is not None:
            _check(library.seccomp_arch_add(context, architecture), "choosing the architecture")
            _check(library.seccomp_arch_remove(context, library.seccomp_arch_native()), "choosing the architecture")
        _check(library.seccomp_attr_set(context, BAD_ARCHITECTURE, KILL_PROCESS), "refusing other architectures")
        _check(library.seccomp_attr_set(context, OPTIMIZE, 2), "a search tree")
        for name in program.allowed:
            _add(context, ALLOW, name)
        for name, alternatives in program.conditional.items():
            for comparisons in alternatives:
                _add(context, ALLOW, name, comparisons)
        for name, code in program.refused.items():
            _add(context, ERRNO | code, name)
        return _exported(context)
    finally:
        library.seccomp_release(context)


def _add(context: int, action: int, name: str, comparisons: Iterable[Comparison] = ()) -> None:
    library = _library()
    number = library.seccomp_syscall_resolve_name(name.encode())
    if number < 0 and not _elsewhere(number):
        return  # younger than this libseccomp: EPERM, as for all that is on no list
    rows = [_Comparison(*comparison) for comparison in comparisons]
    array = (_Comparison * len(rows))(*rows)
    result = library.seccomp_rule_add_array(context, action, number, len(rows), array)
    if result not in (-errno.EDOM, -errno.EOPNOTSUPP):  # the architecture does not have it
        _check(result, f"a rule for {name}")


def _elsewhere(number: int) -> bool:
    """Whether libseccomp knows the call from another architecture only."""
    return number < -1


def _exported(context: int) -> bytes:
    with os.fdopen(os.memfd_create("program"), "rb") as file:  # a full disk must not cost the cage
        _check(_library().seccomp_export_bpf(context, file.fileno()), "writing the program")
        file.seek(0)
        return file.read()


def _check(result: int, what: str) -> None:
    if result < 0:
        raise OSError(-result, f"libseccomp, {what}: {os.strerror(-result)}")


@functools.cache
def _library() -> ctypes.CDLL:
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_arch_native.restype = ctypes.c_uint32
    library.seccomp_init.argtypes = (ctypes.c_uint32,)
    library.seccomp_release.argtypes = (ctypes.c_void_p,)
    library.seccomp_release.restype = None
    library.seccomp_syscall_resolve_name.argtypes = (ctypes.c_char_p,)
    library.seccomp_arch_add.argtypes = library.seccomp_arch_remove.argtypes = (ctypes.c_void_p, ctypes.c_uint32)
    library.seccomp_attr_set.argtypes = (ctypes.c_void_p, ctypes.c_int, ctypes.c_uint32)
    library.seccomp_export_bpf.argtypes = (ctypes.c_void_p, ctypes.c_int)
    library.seccomp_rule_add_array.argtypes = (
        *(ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint),
        ctypes.POINTER(_Comparison),
    )
    return library
