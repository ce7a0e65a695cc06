"""Whoever dies, none of the others outlives it: judge, keeper, zygote, worker, and what a worker left running."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from tiers import UNCAGED, needs_tier
from workers import BOUNDS, descriptors, eventually, family, load, runs

from grader import keeper
from grader.launcher import Zygote
from grader.sandbox.base import PLAN_LENGTH, Plan

CAGES = {"full": (), "restricted": ("namespaces",), "uncaged": UNCAGED}
each_cage = pytest.mark.parametrize("cage", CAGES)
each_real_cage = pytest.mark.parametrize("cage", ["full", "restricted"])
"""Without privileges the kernel tells nobody that a parent is no more; only the judge's end is noticed."""
PATIENCE = 10.0
"""Seconds; far above the one that is promised, for machines that are busy."""

JUDGE = """
import sys
from grader.model import SourceFile, Submission
from grader.runner import Limits, LocalRunner, Wanted
source = SourceFile("m.py", b"while True: pass")
with LocalRunner(without=WITHOUT) as runner:
    zygote = runner.start()
    _ = zygote.isolation  # it is ready, and has no other child than its worker
    print(zygote._process.pid, flush=True)
    limits = Limits(load=600.0, submission=600.0)
    runner.open(Submission("m", "m", "m", (source,), ""), Wanted({}), limits, None)
"""


@dataclass
class Judge:
    """A judge in a process of its own, with a student that spins."""

    process: subprocess.Popen[str]
    members: list[int]
    """Its keeper, zygote and worker."""

    def gone(self) -> bool:
        return not any(map(runs, self.members))

    def end(self) -> None:
        """Whatever a test that failed left."""
        for pid in filter(runs, self.members):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def judge(cage: str) -> Iterator[Judge]:
    if cage != "uncaged":
        needs_tier("full" if cage == "full" else "restricted")
    code, pipe = JUDGE.replace("WITHOUT", repr(CAGES[cage])), subprocess.PIPE
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, start_new_session=True) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        made = Judge(process, eventually(lambda: family(pid) if len(family(pid)) == 3 else []))
        assert made.members
        yield made
        process.kill()
        made.end()


@each_real_cage
def test_the_judge_is_killed(judge: Judge) -> None:
    judge.process.send_signal(signal.SIGKILL)
    judge.process.wait()
    assert eventually(judge.gone, PATIENCE)


@each_real_cage
def test_the_keeper_is_killed(judge: Judge) -> None:
    os.kill(judge.members[0], signal.SIGKILL)
    assert eventually(judge.gone, PATIENCE)
    _, error = judge.process.communicate(timeout=PATIENCE)
    assert "HarnessError" in error


@each_real_cage
def test_the_zygote_is_killed(judge: Judge) -> None:
    os.kill(judge.members[1], signal.SIGKILL)
    assert eventually(judge.gone, PATIENCE)
    _, error = judge.process.communicate(timeout=PATIENCE)
    assert "HarnessError" in error


@each_real_cage
def test_the_judge_is_killed_while_keeper_and_zygote_sleep(judge: Judge) -> None:
    """Whatever they are at: nobody has to be told who is not stopped."""
    os.kill(judge.members[1], signal.SIGSTOP)
    judge.process.send_signal(signal.SIGKILL)
    judge.process.wait()
    assert eventually(judge.gone, PATIENCE)


@pytest.mark.parametrize("to_all", [True, False], ids=["all", "judge"])
@each_cage
def test_ctrl_c_ends_the_judge_and_all_the_others(judge: Judge, to_all: bool) -> None:
    (os.killpg if to_all else os.kill)(judge.process.pid, signal.SIGINT)
    _, error = judge.process.communicate(timeout=PATIENCE)
    assert judge.process.returncode != 0
    assert error.rstrip().endswith("KeyboardInterrupt")
    assert judge.gone()


LEAVE_RUNNING = """
import os, signal, time
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
for _ in range(3):
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        time.sleep(600)
while True: pass
"""


def alive(zygote: Zygote) -> list[int]:
    return [pid for pid in family(zygote._process.pid) if runs(pid)]


def test_what_a_worker_left_running_ends_with_the_keeper_too() -> None:
    """In a namespace by the kernel. (Outside of one daemons are ended by the zygote, while that lives.)"""
    needs_tier("full")
    lost = Zygote(without=("cgroups", "limits", "seccomp"))
    worker = lost.fork(BOUNDS)
    worker.send([load(LEAVE_RUNNING)])
    assert eventually(lambda: len(alive(lost)) == 6)
    members = alive(lost)
    lost._process.kill()
    assert eventually(lambda: not any(map(runs, members)))
    worker.abandon()
    lost.close()


# --- the keeper itself -------------------------------------------------------------------------------


@pytest.fixture
def line() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    yield ours, theirs
    ours.close()
    theirs.close()


def test_a_plan_comes_in_pieces(line: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = line
    for part in (b"ab", b"c", b"defg"):
        ours.sendall(part)
    assert (keeper._read(theirs, 5), keeper._read(theirs, 2)) == (b"abcde", b"fg")


def test_a_judge_that_is_gone_before_it_sent_a_plan(line: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = line
    ours.sendall(PLAN_LENGTH.pack(100) + b"{")
    ours.close()
    assert PLAN_LENGTH.unpack(keeper._read(theirs, PLAN_LENGTH.size)) == (100,)
    with pytest.raises(SystemExit, match="the judge is gone"):
        keeper._read(theirs, 100)


def waiting() -> int:
    """A process that waits to be killed."""
    pid = os.fork()
    if pid == 0:
        signal.pause()
        os._exit(0)
    return pid


@pytest.fixture
def judges_end(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Standard input as the keeper has it: this is the judge's end of it."""
    kept, (reader, writer) = os.dup(0), os.pipe()
    os.dup2(reader, 0)
    os.close(reader)
    yield writer
    os.dup2(kept, 0)
    os.close(kept)
    os.close(writer)


@pytest.mark.parametrize("with_pidfd", [True, False])
def test_it_kills_the_zygote_when_the_judge_closes_its_line(
    judges_end: int, monkeypatch: pytest.MonkeyPatch, with_pidfd: bool
) -> None:
    if not with_pidfd:
        monkeypatch.delattr(os, "pidfd_open")
    zygote, before = waiting(), descriptors()
    os.write(judges_end, b"not the end")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)  # at its end at once
    os.close(null)
    keeper._keep(zygote)
    assert not runs(zygote)
    assert descriptors() == before
    with pytest.raises(ChildProcessError):
        os.waitpid(zygote, 0)  # it was waited for


@pytest.mark.parametrize("with_pidfd", [True, False])
def test_it_ends_with_the_zygote(judges_end: int, monkeypatch: pytest.MonkeyPatch, with_pidfd: bool) -> None:
    if not with_pidfd:
        monkeypatch.delattr(os, "pidfd_open")
    zygote, before = waiting(), descriptors()
    os.write(judges_end, b"not the end")
    os.kill(zygote, signal.SIGKILL)
    keeper._keep(zygote)
    assert descriptors() == before


def test_a_plan_that_is_none_ends_it() -> None:
    ours, theirs = socket.socketpair()
    code = f"from grader import keeper; keeper.main({theirs.fileno()})"
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, pass_fds=[theirs.fileno()], stderr=subprocess.PIPE, stdin=subprocess.PIPE) as child:
        theirs.close()
        plan = Plan().to_json()[:-1] + b","
        ours.sendall(PLAN_LENGTH.pack(len(plan)) + plan)
        assert child.wait(60) == 1
    ours.close()
