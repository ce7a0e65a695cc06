"""The tight program names the worker's own process id, and is installed before student code runs."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiers import needs_layer

from grader.sandbox import kernel, seccomp, seccomp_programs
from grader.sandbox.base import Plan
from grader.sandbox.seccomp import INSTRUCTION, OWN_PID, Seccomp

rows = st.tuples(st.integers(0, 0xFFFF), st.integers(0, 255), st.integers(0, 255), st.integers(0, 2**32 - 1))
programs = st.lists(rows | st.just((0x15, 0, 1, OWN_PID)), max_size=30)


def packed(program: list[tuple[int, int, int, int]]) -> bytes:
    return b"".join(INSTRUCTION.pack(*row) for row in program)


@given(programs, st.integers(1, 2**22))
def test_the_own_process_id_stands_where_it_belongs_and_nowhere_else(
    program: list[tuple[int, int, int, int]], pid: int
) -> None:
    code = packed(program)
    own = seccomp.for_process(code, seccomp.own_pid_places(code), pid)
    expected = [(*row[:3], pid if row[3] == OWN_PID else row[3]) for row in program]
    assert list(INSTRUCTION.iter_unpack(bytes(own))) == expected


def test_places_are_those_of_operands() -> None:
    split = struct.pack("=I", OWN_PID)
    across = (0x20, split[0], split[1], int.from_bytes(split[2:] + b"\0\0", sys.byteorder))
    assert seccomp.own_pid_places(packed([(0x20, 0, 0, 0), (0x15, 0, 1, OWN_PID), across, (6, 0, 0, OWN_PID)])) == (
        12,
        28,
    )


def test_the_built_program_has_such_places_and_the_wide_one_none() -> None:
    wide, tight = seccomp_programs.programs()
    assert len(seccomp.own_pid_places(tight)) >= 3  # kill, tgkill, prlimit64
    assert seccomp.own_pid_places(wide) == ()


def test_why_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    built = Plan(programs=(b"w" * 8, b"t" * 8))
    assert Seccomp(built).unavailable() == ""
    assert Seccomp(Plan()).unavailable() == "no program was built for it"
    monkeypatch.setattr(kernel, "_prctl", None)
    assert "this system has no such call" in Seccomp(built).unavailable()


ENTER = """
import errno, json, os, sys
from grader.sandbox import kernel, seccomp_programs
from grader.sandbox.base import Plan
from grader.sandbox.readable import Readable
from grader.sandbox.seccomp import Seccomp
layer = Seccomp(Plan(programs=seccomp_programs.programs()))
layer.enter_zygote(Readable("", (), ()))

def fails(call, *arguments):
    try:
        call(*arguments)
    except OSError as error:
        return errno.errorcode[error.errno]
    return ""
"""


def entered(code: str) -> Any:
    needs_layer("seccomp")
    whole = f"{ENTER}\n{code}\nprint(json.dumps(found))\n"
    done = subprocess.run([sys.executable, "-c", whole], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_between_the_two_it_reads_and_forks_and_does_little_else() -> None:
    code = """
found = [fails(open, "/etc/passwd"), fails(os.stat, "/"), fails(open, "/tmp/new", "w"), fails(os.mkdir, "/tmp/new")]
child = os.fork()
if child == 0:
    layer.close()
    os._exit(fails(os.fork) == "EAGAIN")
found.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
import socket
found.append(fails(socket.socket))
"""
    assert entered(code) == ["", "", "EPERM", "EPERM", 1, "EPERM"]


def test_from_the_second_on_no_path_and_no_other_process() -> None:
    parent = os.getpid()
    code = f"""
import resource
layer.close()
found = [
    fails(open, "/etc/passwd"), fails(os.stat, "/"), fails(os.listdir, "/"), fails(os.mkdir, "/tmp/new"),
    fails(os.fork), fails(os.kill, {parent}, 0), fails(os.kill, 0, 0), fails(os.kill, -1, 0),
    fails(os.kill, os.getpid(), 0), fails(resource.prlimit, {parent}, resource.RLIMIT_CPU),
    fails(resource.prlimit, 0, resource.RLIMIT_CPU), fails(os.memfd_create, "x"),
    fails(os.setpriority, os.PRIO_PROCESS, {parent}, 5), fails(os.sched_getaffinity, {parent}),
]
"""
    no_path, refused = ["ENOENT"] * 4, ["EPERM"] * 3
    assert entered(code) == [*no_path, "EAGAIN", *refused, "", "EPERM", "", "EPERM", "EPERM", "EPERM"]


def test_a_second_worker_has_its_own_number_in_it() -> None:
    code = """
found = []
for _ in range(2):
    child = os.fork()
    if child == 0:
        layer.close()
        os._exit(fails(os.kill, os.getpid(), 0) == "" and fails(os.kill, os.getppid(), 0) == "EPERM")
    found.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    assert entered(code) == [1, 1]
