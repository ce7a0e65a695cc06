"""Layer "seccomp": which questions may be put to the kernel at all. The layer that matters most.

Theory: two programs, built once by the judge (`seccomp_programs`), installed as bytes. The zygote enters the wider
one, under which it can read files and fork, and which its workers inherit. A worker adds the tighter one when what its
submission imports is loaded, before any student code runs: from then on no path can be opened or looked at, no
process, thread, socket, shared memory or key can be made, and no signal reaches anyone but itself. The kernel takes the
stricter answer of the two. The tight program names the worker's own process id, which is written into it in each.
"""

from __future__ import annotations

import os
import struct

from grader.sandbox import kernel
from grader.sandbox.base import Layer
from grader.sandbox.readable import Readable

OWN_PID = 0x5E1F71D0
"""Stands in the built program where a worker's own process id belongs."""
INSTRUCTION = struct.Struct("=HBBI")


class Seccomp(Layer):
    """See the module."""

    name = "seccomp"
    advice = (
        "Needs Linux and libseccomp 2.5 or newer. Debian, Ubuntu: apt install libseccomp2; Alpine: apk add libseccomp."
    )
    _places: tuple[int, ...] = ()

    def unavailable(self) -> str:
        try:
            kernel.prctl(kernel.PR_GET_SECCOMP)
        except OSError as error:
            return str(error)
        return "" if all(self.plan.programs) else "no program was built for it"

    def enter_zygote(self, readable: Readable) -> None:
        wide, tight = self.plan.programs
        self._places = own_pid_places(tight)
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
        kernel.set_filter(bytearray(wide))

    def close(self) -> None:
        kernel.set_filter(for_process(self.plan.programs[1], self._places, os.getpid()))


def own_pid_places(program: bytes) -> tuple[int, ...]:
    """Offsets in a program of the operands that stand for the worker's own process id."""
    size = INSTRUCTION.size
    operands = enumerate(INSTRUCTION.iter_unpack(program))
    return tuple(number * size + size - 4 for number, (_, _, _, operand) in operands if operand == OWN_PID)


def for_process(program: bytes, places: tuple[int, ...], pid: int) -> bytearray:
    """The program for one process."""
    own = bytearray(program)
    for place in places:
        struct.pack_into("=I", own, place, pid)
    return own
