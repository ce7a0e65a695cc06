"""The Linux calls that isolation needs and Python has no name for. Each raises OSError with what was tried.

Nothing is imported or looked up later than at import: what is used in a worker is resolved before it is forked.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from typing import Any

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
MNT_DETACH = 2

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_CAPBSET_DROP = 1, 4, 22, 24
PR_SET_CHILD_SUBREAPER, PR_SET_NO_NEW_PRIVS = 36, 38
PR_GET_SECCOMP = 21
SECCOMP_MODE_FILTER = 2
LAST_CAPABILITY = 63
"""More than there are; the kernel refuses what it does not know."""

LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
"""System calls; new ones have the same number on every architecture."""


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


_CAPABILITY_VERSION_3 = 0x20080522


def _library() -> ctypes.CDLL | None:
    try:
        return ctypes.CDLL(None, use_errno=True)
    except (OSError, TypeError):  # no shared C library: a static build, or another system
        return None


_LIBC = _library()


def _function(name: str) -> Callable[..., int] | None:
    return getattr(_LIBC, name, None)


_prctl, _syscall, _unshare = _function("prctl"), _function("syscall"), _function("unshare")
_mount, _umount2, _capset = _function("mount"), _function("umount2"), _function("capset")
_sethostname, _pivot_root = _function("sethostname"), _function("pivot_root")


def _call(what: str, function: Callable[..., int] | None, *arguments: Any) -> int:
    if function is None:
        raise OSError(f"{what}: this system has no such call")
    result = function(*arguments)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
    return result


def pidfd(pid: int) -> int:
    """A descriptor that tells of a process's end; -1 where Python or the kernel has none."""
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):
        return -1


def prctl(option: int, value: int = 0) -> int:
    """`prctl(2)` with one number."""
    number = ctypes.c_ulong
    return _call(f"prctl({option})", _prctl, option, number(value), number(0), number(0), number(0))


def set_filter(program: bytearray) -> None:
    """Install a seccomp program (classic BPF, 8 bytes an instruction); needs no_new_privs."""
    instructions = (ctypes.c_char * len(program)).from_buffer(program)
    described = _Program(len(program) // 8, ctypes.addressof(instructions))
    number = ctypes.c_ulong
    arguments = (PR_SET_SECCOMP, number(SECCOMP_MODE_FILTER), ctypes.byref(described), number(0), number(0))
    _call("installing a seccomp program", _prctl, *arguments)


def syscall(what: str, number: int, *arguments: Any) -> int:
    """A call by its number; integers are passed as `long`."""
    longs = [ctypes.c_long(argument) if isinstance(argument, int) else argument for argument in arguments]
    return _call(what, _syscall, ctypes.c_long(number), *longs)


def unshare(flags: int) -> None:
    """`unshare(2)`."""
    _call("new namespaces", _unshare, flags)


def limit_capabilities() -> None:
    """Let no program that is started have a capability ever again; takes the right to say so."""
    for capability in range(LAST_CAPABILITY + 1):
        try:
            prctl(PR_CAPBSET_DROP, capability)
        except OSError:  # unknown to this kernel, or not ours to drop
            continue


def drop_capabilities() -> None:
    """Give up every capability."""
    header = _CapabilityHeader(_CAPABILITY_VERSION_3, 0)
    none = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; twice 32 bits
    _call("dropping capabilities", _capset, ctypes.byref(header), none)


def mount(source: str, target: str, kind: str = "", flags: int = 0, options: str = "") -> None:
    """`mount(2)`; an empty `kind` or `options` is none."""
    _call(
        f"mounting {target}",
        _mount,
        os.fsencode(source),
        os.fsencode(target),
        kind.encode() or None,
        ctypes.c_ulong(flags),
        options.encode() or None,
    )


def unmount(target: str) -> None:
    """Take a mount away, and all below it, at once for this process."""
    _call(f"unmounting {target}", _umount2, os.fsencode(target), MNT_DETACH)


def pivot_root(new: str, old: str) -> None:
    """`pivot_root(2)`."""
    _call(f"making {new} the root", _pivot_root, os.fsencode(new), os.fsencode(old))


def set_hostname(name: str) -> None:
    """`sethostname(2)`."""
    _call("naming the host", _sethostname, name.encode(), ctypes.c_size_t(len(name)))
