"""Runs classic BPF as the kernel runs seccomp programs, so that what they answer can be asked without calling."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from grader.sandbox.seccomp import INSTRUCTION

ALLOW, KILL_PROCESS, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
DATA = struct.Struct("<iIQ6Q")
"""`struct seccomp_data`: number, architecture, instruction pointer, arguments."""

LOAD, RETURN, AND = 0x20, 0x06, 0x54
JUMP, IF_EQUAL, IF_GREATER, IF_NOT_LESS, IF_ANY = 0x05, 0x15, 0x25, 0x35, 0x45


@dataclass(frozen=True)
class Call:
    """A system call as a program sees it."""

    number: int
    architecture: int
    arguments: Sequence[int] = ()

    def packed(self) -> bytes:
        """In memory; arguments that are not given are 0."""
        given = [argument % 2**64 for argument in self.arguments]
        number = (self.number + 2**31) % 2**32 - 2**31
        return DATA.pack(number, self.architecture, 0, *given, *[0] * (6 - len(given)))


def answer(program: bytes, call: Call) -> int:
    """What a program returns for a call."""
    rows = list(INSTRUCTION.iter_unpack(program))
    data, at, accumulator = call.packed(), 0, 0
    while True:
        code, if_true, if_false, operand = rows[at]
        at += 1
        if code == RETURN:
            return int(operand)
        elif code == LOAD:
            (accumulator,) = struct.unpack_from("<I", data, operand)
        elif code == AND:
            accumulator &= operand
        elif code == JUMP:
            at += operand
        else:
            at += if_true if _holds(code, accumulator, operand) else if_false


def _holds(code: int, accumulator: int, operand: int) -> bool:
    conditions = {
        IF_EQUAL: accumulator == operand,
        IF_GREATER: accumulator > operand,
        IF_NOT_LESS: accumulator >= operand,
        IF_ANY: bool(accumulator & operand),
    }
    return conditions[code]  # a KeyError is an instruction that is not known here
