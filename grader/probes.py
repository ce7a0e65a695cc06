"""The canary: a submission that tries to do harm and tells what worked. `grader doctor` runs it in a real worker.

Never imported by the harness: its text is submitted, with a second file, `facts.py`, that says where things are.
Each function returns 1.0 when it got through, 0.0 when it was stopped. None does damage where there is no cage.
"""

from __future__ import annotations

import ctypes
import decimal  # noqa: F401  # what a submission may import must still be there to be loaded
import os
import resource
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import facts  # type: ignore[import-not-found]  # submitted beside this file
import numpy.ma  # noqa: F401  # the same

NUMBERS: dict[str, dict[str, int]] = {
    "ptrace": {"x86_64": 101, "aarch64": 117},
    "add_key": {"x86_64": 248, "aarch64": 217},
    "unshare": {"x86_64": 272, "aarch64": 97},
    "mount": {"x86_64": 165, "aarch64": 40},
    "openat": {"x86_64": 257, "aarch64": 56},
    "shmget": {"x86_64": 29, "aarch64": 194},
    "memfd_create": {"x86_64": 319, "aarch64": 279},
    "perf_event_open": {"x86_64": 298, "aarch64": 241},
    "bpf": {"x86_64": 321, "aarch64": 280},
    "userfaultfd": {"x86_64": 323, "aarch64": 282},
    "io_uring_setup": {"x86_64": 425, "aarch64": 425},
}
CLONE_NEWUSER, PTRACE_SEIZE, IPC_CREAT, IPC_RMID, AT_FDCWD, SESSION_KEYRING = 0x10000000, 0x4206, 0o1000, 0, -100, -3
KEY = 0x67726164
"""Of a shared memory segment that nobody else has."""


def _works(attempt: Callable[..., Any], *arguments: Any) -> bool:
    try:
        attempt(*arguments)
    except (OSError, RuntimeError, MemoryError):  # a thread that cannot start is a RuntimeError
        return False
    return True


def _any(*attempts: bool) -> float:
    return float(any(attempts))


def _call(name: str, *arguments: Any) -> None:
    """A system call without the C library's help. Raises OSError."""
    number = NUMBERS[name][os.uname().machine]
    libc = ctypes.CDLL(None, use_errno=True)
    values = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    if libc.syscall(ctypes.c_long(number), *values) < 0:
        raise OSError(ctypes.get_errno(), name)


def _read(path: str) -> bool:
    return _works(os.open, path, os.O_RDONLY) or _works(_call, "openat", AT_FDCWD, path.encode(), 0)


def read_reference() -> float:
    """read the reference solution"""
    return _any(_read(facts.REFERENCE))


def read_private_file() -> float:
    """read a file that only the judge's user may read"""
    return _any(_read(facts.PRIVATE))


def read_other_submission() -> float:
    """read what somebody else handed in"""
    return _any(_read(facts.SUBMISSION))


def read_judge_process() -> float:
    """read the judge's environment and command line from /proc"""
    return _any(_read(f"/proc/{facts.JUDGE}/environ"), _read(f"/proc/{facts.JUDGE}/cmdline"))


def see_files() -> float:
    """find out whether a file exists, or what is in a folder"""
    return _any(_works(os.stat, "/etc/passwd"), _works(os.listdir, "/"))


def write_files() -> float:
    """make, change or remove files"""
    made, there = f"{facts.OPEN_FOLDER}/made", f"{facts.OPEN_FOLDER}/there"
    return _any(
        _works(os.open, made, os.O_WRONLY | os.O_CREAT), _works(os.chmod, there, 0o600), _works(os.unlink, there)
    )


def open_sockets() -> float:
    """reach the network or other processes by TCP, UDP or a local socket"""
    kinds = [
        (socket.AF_INET, socket.SOCK_STREAM),
        (socket.AF_INET, socket.SOCK_DGRAM),
        (socket.AF_UNIX, socket.SOCK_STREAM),
    ]
    return _any(*[_works(socket.socket, *kind) for kind in kinds])


def signal_others() -> float:
    """send a signal to the judge or to the process that it was forked from"""
    return _any(_works(os.kill, facts.JUDGE, 0), _works(os.kill, os.getppid(), 0))


def trace_judge() -> float:
    """look into the judge's memory as a debugger does"""
    return _any(_works(_call, "ptrace", PTRACE_SEIZE, facts.JUDGE, 0, 0))


def read_clocks() -> float:
    """find other processes by their CPU clocks"""
    return _any(*[_works(time.clock_gettime, (~process << 3) | 2) for process in (facts.JUDGE, os.getppid())])


def limit_judge() -> float:
    """learn or change the judge's limits and processors"""
    return _any(
        _works(resource.prlimit, facts.JUDGE, resource.RLIMIT_NOFILE), _works(os.sched_getaffinity, facts.JUDGE)
    )


def start_processes() -> float:
    """start a process or a thread"""
    return _any(_works(_fork), _works(threading.Thread(target=int).start))


def _fork() -> None:
    if (child := os.fork()) == 0:
        os._exit(0)
    os.waitpid(child, 0)


def run_programs() -> float:
    """become another program"""
    return _any(_works(os.execv, "/bin/true", ["true"]))


def make_namespaces() -> float:
    """become root in a user namespace of its own, or mount something"""
    is_root = os.geteuid() == 0  # then it might really mount: enough is proved by the rest
    return _any(
        _works(_call, "unshare", CLONE_NEWUSER),
        not is_root and _works(_call, "mount", b"none", b"/", b"tmpfs", 0, None),
    )


def leave_things_behind() -> float:
    """leave shared memory, an unnamed file or a key to whoever comes next"""
    shared = _works(_call, "shmget", KEY, 4096, IPC_CREAT | 0o600)
    if shared:
        libc = ctypes.CDLL(None)
        libc.shmctl(libc.shmget(KEY, 4096, 0o600), IPC_RMID, None)
    return _any(
        shared,
        _works(_call, "memfd_create", b"left", 0),
        _works(_call, "add_key", b"user", b"left", b"x", 1, SESSION_KEYRING),
    )


def use_kernel_interfaces() -> float:
    """reach parts of the kernel that computing needs not: io_uring, BPF, performance counters, page faults"""
    buffer = ctypes.create_string_buffer(256)
    return _any(
        _works(_call, "io_uring_setup", 1, buffer),
        _works(_call, "bpf", 0, buffer, 0),
        _works(_call, "perf_event_open", buffer, 0, -1, -1, 0),
        _works(_call, "userfaultfd", 0),
    )


def exceed_memory() -> float:
    """use twice the memory that it may have"""
    return _any(_works(bytearray, 2 * facts.MEMORY))


def see_this_machine() -> float:
    """see the machine's name and processes instead of a world of its own (the tier `full` alone promises this)"""
    return _any(os.getppid() != 1, os.uname().nodename != "grader")
