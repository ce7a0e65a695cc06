"""The door to processes, tried with real ones: what a worker does at its end of the pipes, and how it ends."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from grader import process, wire
from grader.errors import HarnessError
from grader.model import Stopped
from grader.process import Reply, Worker, Zygote
from grader.sandbox.bounds import Bounds

BOUNDS = Bounds()


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    made = Zygote()
    yield made
    made.close()


def load(source: str) -> tuple[bytes, bytes]:
    """A request that loads a file."""
    fields: dict[str, Any] = {
        "op": "load",
        "files": [["m.py", len(source)]],
        "functions": {},
        "modules": [],
        "main": None,
    }
    return wire.encode_body(fields | {"cells": None, "skip": [], "definitions_only": False}, (), source.encode())


def reply_to(zygote: Zygote, source: str, seconds: float = 5.0, bounds: Bounds = BOUNDS) -> Reply:
    """What loading a file comes to, in a worker of its own."""
    worker = zygote.fork(bounds)
    worker.send([load(source)])
    reply = worker.receive(seconds)
    if not isinstance(reply.message, Stopped):
        worker.close()
    return reply


def stopped(reply: Reply) -> tuple[str, str]:
    assert isinstance(reply.message, Stopped), reply
    return reply.message.reason, reply.message.detail


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


# --- one worker at a time ----------------------------------------------------------------------------


def test_no_second_worker_while_one_lives(zygote: Zygote) -> None:
    worker = zygote.fork(BOUNDS)
    with pytest.raises(HarnessError, match="still in use"):
        zygote.fork(BOUNDS)
    worker.send([load("x = 1")])
    assert not isinstance(worker.receive(5.0).message, Stopped)  # it was not hurt
    with pytest.raises(HarnessError, match="still in use"):
        zygote.fork(BOUNDS)
    worker.close()
    zygote.fork(BOUNDS).close()


def test_many_workers_one_after_the_other_leave_no_descriptor(zygote: Zygote) -> None:
    reply_to(zygote, "x = 1")
    before = descriptors()
    for source in ["x = 1", "import os; os._exit(1)", "import os; os.close(4)"] * 5:
        reply_to(zygote, source)
    zygote.fork(BOUNDS).kill()
    zygote.fork(BOUNDS).close()
    reply_to(zygote, "x = 1")
    assert descriptors() <= before


def test_a_worker_that_does_not_leave_by_itself_is_killed(zygote: Zygote) -> None:
    worker = zygote.fork(BOUNDS)
    worker.send([load("while True: pass")])
    time.sleep(0.1)
    worker.close()
    began = time.monotonic()
    assert not isinstance(reply_to(zygote, "x = 1").message, Stopped)
    assert time.monotonic() - began < 3


def test_closing_the_zygote_ends_a_worker_that_is_busy() -> None:
    before = descriptors()
    busy = Zygote()
    worker = busy.fork(BOUNDS)
    worker.send([load("while True: pass")])
    children = Path(f"/proc/{busy._process.pid}/task/{busy._process.pid}/children")
    (pid,) = children.read_text().split() or (_first_child(children),)
    began = time.monotonic()
    busy.close()
    assert time.monotonic() - began < 3
    assert not Path(f"/proc/{pid}").exists()
    assert descriptors() == before
    worker.abandon()  # a session that is closed afterwards does no harm


def _first_child(children: Path) -> str:
    deadline = time.monotonic() + 5
    while not (found := children.read_text().split()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return found[0]


# --- an answer that is in the pipe counts ------------------------------------------------------------


class Puppet:
    """A worker's end of the pipes, in the test's hand; the zygote's part is played as well."""

    def __init__(self) -> None:
        self.request, request = os.pipe()
        reply, self.reply = os.pipe()
        output, self.output = os.pipe()
        self.status = 0
        self.cpu = 0.0
        self.killed = 0
        self.worker = Worker(self, request, reply, output, Bounds(cpu_seconds=10))  # type: ignore[arg-type]

    def kill_worker(self) -> None:
        self.killed += 1
        self.status = signal.SIGKILL

    def ends_within(self, seconds: float) -> bool:
        return True

    def receive_report(self) -> tuple[int, float, int]:
        return self.status, self.cpu, 7

    def requests(self) -> list[int]:
        """Nonces of the requests that came."""
        data, nonces = os.read(self.request, 1 << 16), []
        while data:
            header, payload, nonce = wire.parse_prefix(data[: wire.PREFIX.size], wire.Caps())
            nonces.append(nonce)
            data = data[wire.PREFIX.size + header + payload :]
        return nonces

    def answer(self, nonce: int, **fields: Any) -> None:
        os.write(self.reply, wire.frame(wire.encode_body(fields), nonce))

    def end(self) -> None:
        for fd in (self.reply, self.output):
            os.close(fd)
        self.reply = self.output = -1

    def close(self) -> None:
        self.worker.abandon()
        for fd in (self.request, self.reply, self.output):
            if fd >= 0:
                os.close(fd)


@pytest.fixture
def puppet() -> Iterator[Puppet]:
    made = Puppet()
    yield made
    made.close()


def sent(puppet: Puppet, count: int) -> list[int]:
    puppet.worker.send([wire.encode_body({"op": "run"})] * count)
    return puppet.requests()


def numbers(replies: Sequence[Reply]) -> list[Any]:
    return [
        reply.message.reason if isinstance(reply.message, Stopped) else reply.message.fields["n"] for reply in replies
    ]


def test_an_answer_that_was_there_when_the_time_was_up_counts(puppet: Puppet) -> None:
    first, second = sent(puppet, 2)
    puppet.answer(first, n=1)
    puppet.answer(second, n=2)
    time.sleep(0.05)
    assert numbers([puppet.worker.receive(0.01), puppet.worker.receive(0.01)]) == [1, 2]


def test_the_time_of_an_answer_begins_with_the_one_before(puppet: Puppet) -> None:
    first, _ = sent(puppet, 2)
    time.sleep(0.2)
    puppet.answer(first, n=1)
    one = puppet.worker.receive(5.0)
    two = puppet.worker.receive(0.1)
    assert numbers([one, two]) == [1, "timeout"]
    assert one.seconds >= 0.2
    assert 0.1 <= two.seconds < 0.2
    assert puppet.killed == 1


def test_half_an_answer_is_none_when_the_time_is_up(puppet: Puppet) -> None:
    (nonce,) = sent(puppet, 1)
    os.write(puppet.reply, wire.frame(wire.encode_body({"n": 1}), nonce)[:-1])
    assert stopped(puppet.worker.receive(0.05)) == ("timeout", "")


def test_answers_before_the_end_count_and_the_end_is_that_of_the_next(puppet: Puppet) -> None:
    first, second, _ = sent(puppet, 3)
    puppet.answer(first, n=1)
    puppet.answer(second, n=2)
    os.write(puppet.output, b"last words")
    puppet.status = 3 << 8
    puppet.end()
    replies = [puppet.worker.receive(1.0) for _ in range(3)]
    assert numbers(replies[:2]) == [1, 2]
    assert stopped(replies[2]) == ("crashed", "exit status 3")
    assert replies[2].statement == 7
    assert b"".join(reply.output for reply in replies) == b"last words"


def test_answers_before_a_flood_count_and_the_flood_is_that_of_the_next(puppet: Puppet) -> None:
    first, _ = sent(puppet, 2)
    puppet.worker._printed.FLOOD = 1000  # what a pipe can hold
    puppet.answer(first, n=1)
    os.write(puppet.output, b"x" * 2000)
    replies = [puppet.worker.receive(1.0), puppet.worker.receive(1.0)]
    assert numbers(replies) == [1, "output"]


def test_answers_before_a_breach_count(puppet: Puppet) -> None:
    first, _ = sent(puppet, 2)
    puppet.answer(first, n=1)
    os.write(puppet.reply, b"rubbish" * 10)
    replies = [puppet.worker.receive(1.0), puppet.worker.receive(1.0)]
    assert numbers(replies) == [1, "protocol"]


def test_cpu_time_used_up_is_no_crash(puppet: Puppet) -> None:
    sent(puppet, 1)
    puppet.status, puppet.cpu = signal.SIGKILL, 10.0
    puppet.end()
    assert stopped(puppet.worker.receive(1.0)) == ("timeout", "cpu")


def test_a_worker_killed_by_something_else_crashed(puppet: Puppet) -> None:
    sent(puppet, 1)
    puppet.status, puppet.cpu = signal.SIGKILL, 7.0
    puppet.end()
    assert stopped(puppet.worker.receive(1.0)) == ("crashed", "SIGKILL")


def test_a_worker_that_does_not_read_is_no_reason_to_wait(puppet: Puppet) -> None:
    puppet.worker.send([wire.encode_body({"op": "run"}, (), bytes(1 << 20))])
    assert stopped(puppet.worker.receive(0.05)) == ("timeout", "")


def test_a_worker_that_closed_its_ears_may_still_answer(puppet: Puppet) -> None:
    puppet.worker.send([wire.encode_body({"op": "run"}, (), bytes(1 << 20))])
    nonce = wire.parse_prefix(os.read(puppet.request, wire.PREFIX.size), wire.Caps())[2]
    puppet.answer(nonce, n=1)
    os.close(puppet.request)
    puppet.request = -1
    assert numbers([puppet.worker.receive(1.0)]) == [1]


# --- real ends ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "ended"),
    [
        ("import os; os._exit(7)", ("crashed", "exit status 7")),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", ("crashed", "SIGKILL")),
        ("import os; os.kill(os.getpid(), 37)", ("crashed", "signal 37")),
        ("import ctypes; ctypes.string_at(0)", ("crashed", "SIGSEGV")),
        ("import faulthandler; faulthandler._sigabrt()", ("crashed", "SIGABRT")),
        ("import sys; sys.setrecursionlimit(10**9)\ndef f(): f()\nf()", ("crashed", "SIGSEGV")),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSTOP)", ("timeout", "")),
        ("import time; time.sleep(99)", ("timeout", "")),
        ("import signal, time\nsignal.pthread_sigmask(0, range(1, 64))\ntime.sleep(99)", ("timeout", "")),
        ("while True:\n  try:\n    while True: pass\n  except BaseException: pass", ("timeout", "")),
        ("x = 9 ** 9 ** 9", ("timeout", "")),
        ("x = 2 ** 10 ** 10", ("timeout", "")),
        ("import re; re.match('(a+)+$', 'a' * 99 + 'b')", ("timeout", "")),
        ("import os\nwhile True: os.write(1, b'x' * 65536)", ("output", "")),
        ("import sys\nwhile True: sys.stderr.write('x' * 65536)", ("output", "")),
        ("import os\nos.write(4, b'x')", ("protocol", "no frame begins here")),
        ("import os\nos.write(4, b'GRD1' + bytes(20))", ("protocol", "an answer to another request")),
        ("import os\nos.write(4, b'GRD1' + b'\\xff' * 20)", None),
        ("import os\nos.write(4, bytes(100))\nos._exit(0)", ("protocol", "no frame begins here")),
        ("import os\nos.closerange(0, 10)\nwhile True: pass", ("crashed", "SIGKILL")),
    ],
)  # fmt: skip
def test_ends_of_real_workers(zygote: Zygote, source: str, ended: tuple[str, str] | None) -> None:
    reply = reply_to(zygote, source, 0.5)
    if ended is None:
        assert stopped(reply)[0] == "protocol"
    elif ended == ("crashed", "SIGSEGV"):
        assert stopped(reply) in (ended, ("timeout", ""))  # newer Pythons bound the depth themselves
    else:
        assert stopped(reply) == ended
    assert not isinstance(reply_to(zygote, "x = 1").message, Stopped)


def test_cpu_time_is_bounded_for_the_workers_life(zygote: Zygote) -> None:
    reply = reply_to(zygote, "while True: pass", 20.0, Bounds(cpu_seconds=1))
    assert stopped(reply) == ("timeout", "cpu")
    assert isinstance(reply.message, Stopped)
    assert reply.message.cpu_seconds >= 0.8


@pytest.mark.parametrize(
    "hog",
    [
        "x = [0] * 10**9",
        "x = bytearray(10**9)",
        "import numpy as np\nx = np.ones(10**8 * 2)",
        "import mmap\nx = mmap.mmap(-1, 10**9)",
        "x = []\nwhile True: x.append(bytes(10**6))",
        "x = 'a' * (1 << 40)",
    ],
)
def test_memory_is_bounded_and_the_worker_lives_on(zygote: Zygote, hog: str) -> None:
    reply = reply_to(zygote, f"{hog}\n", 20.0, Bounds(memory=128 << 20))
    assert not isinstance(reply.message, Stopped), reply
    ((kind, fields),) = reply.message.fields["problems"]
    assert kind == "statement_raised"
    assert fields["exception"] in ("MemoryError", "_ArrayMemoryError", "OSError")


def test_what_is_printed_by_children_threads_and_c_is_kept(zygote: Zygote) -> None:
    source = (
        "import os, subprocess, sys, threading\n"
        "os.system('echo shell')\n"
        "subprocess.run(['echo', 'child'])\n"
        "t = threading.Thread(target=lambda: print('thread')); t.start(); t.join()\n"
        "t = threading.Thread(target=sys.exit); t.start(); t.join()\n"
        "print('caf\\u00e9 \\ud800', flush=True)\n"
        "print('error', file=sys.stderr)\n"
    )
    output = reply_to(zygote, source).output.decode()
    assert set(output.split("\n")) == {"shell", "child", "thread", "café \\ud800", "error", ""}


def test_there_is_no_input(zygote: Zygote) -> None:
    source = "import sys\nassert sys.stdin.read() == ''\ntry:\n    input()\nexcept EOFError:\n    pass\n"
    reply = reply_to(zygote, source)
    assert not isinstance(reply.message, Stopped)
    assert reply.message.fields["problems"] == []


def test_children_of_a_worker_end_with_it(zygote: Zygote) -> None:
    reply = reply_to(zygote, "import subprocess\np = subprocess.Popen(['sleep', '60'])\nprint(p.pid, flush=True)\n")
    pid = int(reply.output)
    reply_to(zygote, "x = 1")
    deadline = time.monotonic() + 5
    while _runs(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not _runs(pid)


def _runs(pid: int) -> bool:
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def test_a_worker_has_five_descriptors_and_no_other(zygote: Zygote) -> None:
    reply = reply_to(zygote, "import os\nprint(sorted(map(int, os.listdir('/proc/self/fd'))), flush=True)\n")
    assert reply.output == b"[0, 1, 2, 3, 4, 5]\n"  # 5 is the folder that is being listed


def test_ctrl_c_is_not_for_workers(zygote: Zygote) -> None:
    worker = zygote.fork(BOUNDS)
    os.kill(zygote._process.pid, signal.SIGINT)
    worker.send([load("x = 1")])
    assert not isinstance(worker.receive(5.0).message, Stopped)
    worker.close()
    zygote.fork(BOUNDS).close()


# --- a lost zygote -----------------------------------------------------------------------------------


@pytest.mark.parametrize("when", ["idle", "before fork", "after fork", "while asked"])
def test_a_zygote_that_is_killed_is_an_exception_and_leaves_nothing(when: str) -> None:
    before = descriptors()
    lost = Zygote()
    lost.fork(BOUNDS).close()
    lost.fork(BOUNDS).close()
    worker = None if when == "before fork" else lost.fork(BOUNDS)
    if when == "idle":
        assert worker is not None
        worker.kill()
        worker = None
    if when == "while asked":
        assert worker is not None
        worker.send([load("import time; time.sleep(0.3)")])
    lost._process.kill()
    lost._process.wait()
    with pytest.raises(HarnessError, match="lost"):
        _use(lost, worker, asked=when == "while asked")
    lost.close()
    assert descriptors() == before


def _use(lost: Zygote, worker: Worker | None, asked: bool) -> None:
    """Whatever meets the loss first."""
    worker = worker or lost.fork(BOUNDS)
    if not asked:
        worker.send([load("x = 1")])
    for _ in range(2):
        worker.receive(1.0)


def test_a_student_who_kills_the_zygote_is_a_fault_of_the_harness_not_a_hang() -> None:
    lost = Zygote()
    worker = lost.fork(BOUNDS)
    worker.send([load("import os, signal, time\nos.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(1)\n")])
    with pytest.raises(HarnessError):
        _use(lost, worker, asked=True)
    lost.close()


def test_a_zygote_that_cannot_start_says_its_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    before = descriptors()
    broken = Zygote(("no_such_module",))
    with pytest.raises(HarnessError, match="no_such_module"):
        broken.fork(BOUNDS)
    broken.close()
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    with pytest.raises(HarnessError, match="could be started"):
        Zygote()
    assert descriptors() == before


def test_a_zygote_that_does_not_leave_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "END_SECONDS", 0.1)
    stuck = Zygote()
    stuck.fork(BOUNDS).kill()
    os.kill(stuck._process.pid, signal.SIGSTOP)
    stuck.close()
    assert stuck._process.returncode == -signal.SIGKILL


def test_modules_of_the_assignment_are_loaded_if_there_are_any() -> None:
    made = Zygote(modules=("colorsys", "no_such_module"))
    reply = reply_to(made, "import sys\nprint('colorsys' in sys.modules, flush=True)\n")
    made.close()
    assert reply.output == b"True\n"


def test_the_environment_holds_nothing_of_the_judges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "s")
    environment = process.clean_environment()
    assert "SECRET" not in environment
    assert environment["OPENBLAS_NUM_THREADS"] == "1"


# --- the zygote, spoken to directly ------------------------------------------------------------------


def test_the_zygotes_protocol() -> None:
    ours, theirs = socket.socketpair()
    code = f"from grader import zygote; zygote.main({theirs.fileno()}, (), ())"
    child = subprocess.Popen([sys.executable, "-c", code], pass_fds=[theirs.fileno()])
    theirs.close()
    assert ours.recv(1) == b"R"
    for kills in (b"", b"K", b"KK"):
        pipes = [os.pipe() for _ in range(3)]
        (request, request_ours), (reply_ours, reply), (output_ours, output) = pipes
        socket.send_fds(ours, [kills + b"F" + BOUNDS.pack()], [request, reply, output])  # a late kill harms nobody
        for fd in (request, reply, output):
            os.close(fd)
        assert not select.select([ours], [], [], 0.1)[0]
        if kills:
            ours.send(b"K")
        else:
            os.close(request_ours)
        status, cpu, statement = ours.recv(64).removeprefix(b"E").split()
        assert int(status) == (signal.SIGKILL if kills else 0)
        assert 0 <= float(cpu) < 5
        assert int(statement) == 0
        for fd in (reply_ours, output_ours, *([request_ours] if kills else [])):
            os.close(fd)
    ours.send(b"K")
    ours.close()
    assert child.wait(10) == 0


JUDGE = """
import sys
from grader.model import SourceFile, Submission
from grader.runner import Limits, LocalRunner, Wanted
source = SourceFile("m.py", b"while True: pass")
with LocalRunner() as runner:
    print(runner.start()._process.pid, flush=True)
    runner.open(Submission("m", "m", "m", (source,), ""), Wanted({}), Limits(), None)
"""


@pytest.mark.parametrize("to_all", [True, False])
def test_ctrl_c_ends_the_judge_the_zygote_and_the_student(to_all: bool) -> None:
    pipe = subprocess.PIPE
    judge = subprocess.Popen([sys.executable, "-c", JUDGE], stdout=pipe, stderr=pipe, text=True, start_new_session=True)
    assert judge.stdout is not None
    pid = judge.stdout.readline().strip()
    worker = _first_child(Path(f"/proc/{pid}/task/{pid}/children"))
    began = time.monotonic()
    (os.killpg if to_all else os.kill)(judge.pid, signal.SIGINT)
    _, error = judge.communicate(timeout=10)
    assert time.monotonic() - began < 5
    assert judge.returncode != 0
    assert error.rstrip().endswith("KeyboardInterrupt")
    assert not _runs(int(pid))
    assert not _runs(int(worker))
