"""The zygote, spoken to directly; and how it ends what a worker left, or itself when it cannot."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from tiers import UNCAGED, needs_layer
from workers import BOUNDS, descriptors, eventually, family, load, runs

from grader import wire, zygote
from grader.sandbox.base import PLAN_LENGTH, Plan
from grader.zygote import Sweeper

# --- by its socket -----------------------------------------------------------------------------------


@dataclass
class Spoken:
    """A keeper and its zygote, and the judge's end of the socket."""

    control: socket.socket
    process: subprocess.Popen[bytes]
    ready: dict[str, Any]

    def fork(self, commands: bytes = b"F", bounds: bytes = BOUNDS.pack()) -> tuple[int, int, int]:
        """Ask for a worker; the judge's ends of its pipes."""
        (request, request_ours), (reply_ours, reply), (output_ours, output) = (os.pipe() for _ in range(3))
        socket.send_fds(self.control, [commands + bounds], [request, reply, output])
        for fd in (request, reply, output):
            os.close(fd)
        return request_ours, reply_ours, output_ours

    def report(self) -> list[str]:
        line = self.control.makefile("rb").readline()
        assert line.startswith(b"E")
        return line[1:].decode().split()

    def is_silent(self) -> bool:
        return not select.select([self.control], [], [], 0.2)[0]


def read_line(fd: int) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        line += os.read(fd, 1)
    return line


def start(before: str = "", without: Sequence[str] = UNCAGED) -> Spoken:
    ours, theirs = socket.socketpair()
    code = f"{before}\nfrom grader import keeper; keeper.main({theirs.fileno()})"
    process = subprocess.Popen(
        [sys.executable, "-c", code], pass_fds=[theirs.fileno()], stdin=subprocess.PIPE, stderr=subprocess.PIPE
    )
    theirs.close()
    plan = Plan(without=tuple(without), preload=("numpy.random",), modules=("colorsys", "not_installed")).to_json()
    ours.sendall(PLAN_LENGTH.pack(len(plan)) + plan)
    line = ours.makefile("rb").readline()
    assert line.startswith(b"R")
    return Spoken(ours, process, json.loads(line[1:]))


def end(spoken: Spoken) -> bytes:
    """Close the line; what was said last."""
    spoken.control.close()
    spoken.process.wait(60)
    _, said = spoken.process.communicate()
    return said


@pytest.fixture
def spoken() -> Iterator[Spoken]:
    made = start()
    yield made
    end(made)


def test_it_says_when_it_is_ready_and_what_is_in_force(spoken: Spoken) -> None:
    assert spoken.ready == {"entered": {}, "left_out": dict.fromkeys(UNCAGED, "left out on request")}


@pytest.mark.parametrize("kills", [b"", b"K", b"KK"])
def test_a_kill_that_came_too_late_harms_nobody(spoken: Spoken, kills: bytes) -> None:
    request, *others = spoken.fork(kills + b"F")
    assert spoken.is_silent()
    os.close(request)  # it ends by itself
    status, cpu, statement = spoken.report()
    assert (status, statement) == ("0", "0")
    assert 0 <= float(cpu) < 5
    for fd in others:
        os.close(fd)


def test_a_kill_ends_the_worker_and_is_reported(spoken: Spoken) -> None:
    fds = spoken.fork()
    spoken.control.send(b"K")
    assert spoken.report()[0] == str(int(signal.SIGKILL))
    spoken.control.send(b"K")  # once more, of nobody
    request, *others = spoken.fork()
    os.close(request)
    assert spoken.report()[0] == "0"
    for fd in (*fds, *others):
        os.close(fd)


def test_the_statement_that_it_was_at_is_reported(spoken: Spoken) -> None:
    fds = spoken.fork()
    os.write(fds[0], wire.frame(load("x = 1\nprint('second', flush=True)\nwhile True: pass\n"), 1))
    assert read_line(fds[2]) == b"second\n"
    time.sleep(0.1)
    spoken.control.send(b"K")
    status, cpu, statement = spoken.report()
    assert (status, statement) == ("9", "3")
    assert float(cpu) > 0
    for fd in fds:
        os.close(fd)


def test_it_ends_when_the_line_closes_and_so_does_its_worker(spoken: Spoken) -> None:
    fds = spoken.fork()
    members = eventually(lambda: family(spoken.process.pid) if len(family(spoken.process.pid)) == 3 else [])
    end(spoken)
    assert spoken.process.returncode == 0
    assert eventually(lambda: not any(map(runs, members)))
    for fd in fds:
        os.close(fd)


def test_a_worker_that_does_not_understand_says_so_where_its_output_goes(spoken: Spoken) -> None:
    request, reply, output = spoken.fork()
    os.write(request, b"rubbish" * 10)
    assert spoken.report()[0] == str(70 << 8)
    printed = b"".join(iter(lambda: os.read(output, 1 << 16), b""))
    assert b"no frame begins here" in printed
    for fd in (request, reply, output):
        os.close(fd)


CANNOT_KILL = "from grader import zygote\nzygote._kill = lambda kill, pid: None\nzygote.SWEEP_SECONDS = 0.1\n"


def test_a_zygote_that_cannot_end_a_process_gives_itself_up() -> None:
    """No kill is sent here, which stands for one that does nothing. The next zygote is clean."""
    needs_layer("privileges")  # by which orphans come to the zygote
    stuck = start(CANNOT_KILL, [name for name in UNCAGED if name != "privileges"])
    request, reply, output = stuck.fork()
    source = "import os, time\nif os.fork() == 0:\n    print(os.getpid(), flush=True)\n    time.sleep(600)\n"
    os.write(request, wire.frame(load(source), 1))
    left = int(read_line(output))
    os.close(request)
    assert stuck.control.recv(100) == b""
    assert b"RuntimeError: a process of a submission could not be ended" in end(stuck)
    os.kill(left, signal.SIGKILL)
    for fd in (reply, output):
        os.close(fd)


# --- the sweeper -------------------------------------------------------------------------------------


def in_a_child(look: Callable[[], object]) -> str:
    """What `look` finds in a process that has no other children than its own."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writer, repr(look()).encode())
        except BaseException as error:  # noqa: BLE001  # told to the parent; the fork must not return
            os.write(writer, repr(error).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        told = pipe.read().decode()
    os.waitpid(child, 0)
    return told


def resting() -> int:
    pid = os.fork()
    if pid == 0:
        signal.pause()
        os._exit(0)
    return pid


def test_who_has_no_child_has_nothing_to_sweep() -> None:
    def look() -> object:
        Sweeper().sweep()
        return "nothing"

    assert in_a_child(look) == "'nothing'"


def test_children_are_ended_and_waited_for() -> None:
    def look() -> object:
        sweeper, children = Sweeper(), [resting() for _ in range(5)]
        sweeper.sweep()
        return [runs(child) for child in children], zygote._no_child_is_left()

    assert in_a_child(look) == repr(([False] * 5, True))


def test_many_children_are_ended_too() -> None:
    def look() -> object:
        sweeper = Sweeper()
        for _ in range(100):
            resting()
        sweeper.sweep()
        return zygote._no_child_is_left()

    assert in_a_child(look) == "True"


def test_children_that_ended_are_waited_for() -> None:
    def look() -> object:
        for _ in range(3):
            if os.fork() == 0:
                os._exit(0)
        return eventually(zygote._no_child_is_left)

    assert in_a_child(look) == "True"


def test_what_resists_is_an_error_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zygote, "SWEEP_SECONDS", 0.05)

    def look() -> object:
        child, sweeper = resting(), Sweeper()
        zygote._kill = lambda kill, pid: None  # in this child only
        try:
            sweeper.sweep()
        finally:
            os.kill(child, signal.SIGKILL)
        return "swept"

    assert in_a_child(look) == "RuntimeError('a process of a submission could not be ended')"


def test_the_first_process_of_a_namespace_ends_all_others_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """All that it may signal: in this test it is not that process, and signals but its child."""
    asked: list[tuple[object, int]] = []

    def look() -> object:
        child, sweeper = resting(), Sweeper()

        def kill(kill: Callable[[int, int], None], pid: int) -> None:
            asked.append((kill, pid))
            os.kill(child, signal.SIGKILL)

        os.getpid, zygote._kill = lambda: 1, kill
        sweeper.sweep()
        return asked[0] == (os.kill, -1)

    assert in_a_child(look) == "True"


def test_without_proc_it_knows_no_children(monkeypatch: pytest.MonkeyPatch) -> None:
    before = descriptors()
    monkeypatch.setattr(os, "getpid", lambda: 2**30)  # of which there is no folder
    assert Sweeper()._known() == []
    assert descriptors() == before


def test_who_is_gone_already_cannot_be_killed_again() -> None:
    child = resting()
    zygote._kill(os.kill, child)
    os.waitpid(child, 0)
    zygote._kill(os.kill, child)
    zygote._kill(os.killpg, child)
