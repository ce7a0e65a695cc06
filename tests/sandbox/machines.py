"""Machines that this one is not: programs run where rights are missing and calls denied, as a container denies them."""

from __future__ import annotations

import ctypes
import errno
import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from grader.sandbox.seccomp import INSTRUCTION

LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, ERRNO = 0x7FFF0000, 0x00050000
SYS_ADMIN = 21
"""The capability that making namespaces takes."""


@dataclass(frozen=True)
class Machine:
    """`denied`: calls, and the errno that they fail with. Without `admin` nobody is root enough to mount."""

    denied: Mapping[str, int] = field(default_factory=dict)
    admin: bool = False


NO_USER_NAMESPACES = Machine({"unshare": errno.EPERM})
"""As Docker's default profile has it."""
APPARMOR = Machine({"mount": errno.EACCES})
"""As Ubuntu 24.04 has it for programs without a profile: the namespace can be made and nothing done in it."""
ORDINARY_USER = Machine()
"""Has user namespaces, and no rights outside of them."""

BECOME = """
import json, os, sys
from grader.sandbox import kernel
program, admin, code = sys.argv[1:]
if program:
    kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    kernel.set_filter(bytearray.fromhex(program))
if not int(admin):
    try:
        kernel.prctl(kernel.PR_CAPBSET_DROP, 21)
    except PermissionError:  # an ordinary user: has it not anyway
        pass
os.execv(sys.executable, [sys.executable, "-c", code])
"""


def run_on(machine: Machine, code: str, timeout: float = 120) -> Any:
    """What a program leaves in `found`, run on such a machine."""
    program = _program(machine.denied).hex() if machine.denied else ""
    whole = f"import json, os\n{code}\nprint(json.dumps(found))\n"
    command = [sys.executable, "-c", BECOME, program, str(int(machine.admin)), whole]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=timeout)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def _program(denied: Mapping[str, int]) -> bytes:
    instructions = [(LOAD, 0, 0, 0)]  # the number of the call
    for name, code in denied.items():
        instructions += [(JUMP_IF_EQUAL, 0, 1, number_of(name)), (RETURN, 0, 0, ERRNO | code)]
    return b"".join(INSTRUCTION.pack(*row) for row in (*instructions, (RETURN, 0, 0, ALLOW)))


def number_of(name: str, architecture: int | None = None) -> int:
    """A call's number on this machine, or on another (by its audit token); negative where it has none."""
    library = ctypes.CDLL("libseccomp.so.2")
    token = library.seccomp_arch_native() if architecture is None else architecture
    return int(library.seccomp_syscall_resolve_name_arch(ctypes.c_uint32(token), name.encode()))
