"""Layer "landlock": the kernel refuses files, TCP and signals beyond what the zygote was allowed, whoever asks.

Theory: a ruleset names every right that this kernel's version of Landlock knows, grants reading for the few paths of
`readable` and nothing else, and is entered once; all that is forked inherits it and can only add to it. From ABI 4 on
no TCP port may be bound or connected to, from 6 on signals and abstract sockets do not leave the zygote's family.
Looking at a file's existence (`stat`) and changing its mode are no rights that Landlock knows: seccomp refuses those.
"""

from __future__ import annotations

import ctypes
import os
import struct

from grader.sandbox import kernel
from grader.sandbox.base import Layer, Plan
from grader.sandbox.readable import Readable

READ_FILE, READ_DIR = 1 << 2, 1 << 3
EXECUTE = 1 << 0
FILE_RIGHTS_BY_ABI = ((1, 13), (2, 14), (3, 15), (5, 16))
"""From which ABI on how many rights on files there are, from bit 0 up."""
NET_ABI, NET_RIGHTS = 4, 0b11
SCOPE_ABI, SCOPES = 6, 0b11
GET_VERSION = 1
PATH_BENEATH = 1


class Landlock(Layer):
    """See the module."""

    name = "landlock"
    advice = "Needs Linux 5.13 or newer with Landlock switched on (boot option lsm=landlock,...)."

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self._abi = abi()

    def unavailable(self) -> str:
        return "" if self._abi else "this kernel has no Landlock, or it is switched off"

    def details(self) -> str:
        return f"ABI {self._abi}"

    def enter_zygote(self, readable: Readable) -> None:
        ruleset = kernel.syscall(
            "a Landlock ruleset", kernel.LANDLOCK_CREATE_RULESET, *_buffer(attributes(self._abi)), 0
        )
        try:
            for path in readable.granted():
                _grant(ruleset, path)
            _grant(ruleset, readable.standard_library, READ_DIR)  # import looks at what is in it
            kernel.syscall("entering Landlock", kernel.LANDLOCK_RESTRICT_SELF, ruleset, 0)
        finally:
            os.close(ruleset)


def abi() -> int:
    """The version that this kernel has; 0: none."""
    try:
        return kernel.syscall("Landlock", kernel.LANDLOCK_CREATE_RULESET, None, 0, GET_VERSION)
    except OSError:
        return 0


def attributes(version: int) -> bytes:
    """`struct landlock_ruleset_attr` with all that a version can refuse."""
    count = max(rights for since, rights in FILE_RIGHTS_BY_ABI if since <= version)
    numbers = [(1 << count) - 1]
    if version >= NET_ABI:
        numbers.append(NET_RIGHTS)
    if version >= SCOPE_ABI:
        numbers.append(SCOPES)
    return struct.pack(f"={len(numbers)}Q", *numbers)


def _grant(ruleset: int, path: str, rights: int = READ_FILE | READ_DIR | EXECUTE) -> None:
    try:
        fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # a dangling link, or gone: nothing to read
        return
    try:
        if not os.path.isdir(path):
            rights &= READ_FILE | EXECUTE
        rule = ctypes.create_string_buffer(struct.pack("=Qi", rights, fd))
        kernel.syscall(f"granting {path}", kernel.LANDLOCK_ADD_RULE, ruleset, PATH_BENEATH, rule, 0)
    finally:
        os.close(fd)


def _buffer(data: bytes) -> tuple[ctypes.Array[ctypes.c_char], int]:
    return ctypes.create_string_buffer(data, len(data)), len(data)
