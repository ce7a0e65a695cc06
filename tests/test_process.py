"""The door to processes, tried with real ones: what a worker does at its end of the pipes, and how it ends."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from tiers import UNCAGED
from workers import found_by, reply_to, stopped, works

from grader import wire
from grader.launcher import Zygote
from grader.model import Stopped
from grader.process import Reply, Worker
from grader.sandbox.bounds import Bounds


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    """In its cage, as submissions are graded."""
    made = Zygote()
    yield made
    made.close()


@pytest.fixture(scope="module")
def uncaged() -> Iterator[Zygote]:
    made = Zygote(without=UNCAGED)
    yield made
    made.close()


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
        ("import os\nos._exit(71)", ("memory", "")),  # what it says of itself costs or gives nobody anything
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
    assert works(zygote)


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


def test_what_is_printed_by_children_threads_and_c_is_kept(uncaged: Zygote) -> None:
    source = (
        "import os, subprocess, sys, threading\n"
        "os.system('echo shell')\n"
        "subprocess.run(['echo', 'child'])\n"
        "t = threading.Thread(target=lambda: print('thread')); t.start(); t.join()\n"
        "t = threading.Thread(target=sys.exit); t.start(); t.join()\n"
        "print('caf\\u00e9 \\ud800', flush=True)\n"
        "print('error', file=sys.stderr)\n"
    )
    output = reply_to(uncaged, source).output.decode()
    assert set(output.split("\n")) == {"shell", "child", "thread", "café \\ud800", "error", ""}


def test_there_is_no_input(zygote: Zygote) -> None:
    source = "import sys\nfound = [sys.stdin.read()]\ntry:\n    input()\nexcept EOFError:\n    found += ['end']\n"
    assert found_by(zygote, source) == ["", "end"]
