"""A process that is listened to by threads: what it says, how it ends, and that neither side blocks the other."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator

import pytest

from grader import child
from grader.child import Child, describe_status
from grader.exchange import PRINTED


def started(code: str) -> Child:
    return Child([sys.executable, "-I", "-c", code], {"PATH": os.defpath})


@pytest.fixture
def echo() -> Iterator[Child]:
    """Says what it hears, once it has heard the end of it."""
    made = started("import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())")
    yield made
    made.end()


def everything(made: Child) -> bytes:
    heard, more = b"", True
    while more:
        assert made.await_answers(time.monotonic() + 20)
        part, more = made.take()
        heard += part
    return heard


def test_more_than_pipes_hold_goes_both_ways(echo: Child) -> None:
    echo.send(b"a" * 3_000_000)
    echo.send(b"b")
    echo._writer.join() if echo._writer else None
    echo.let_go()
    assert everything(echo) == b"a" * 3_000_000 + b"b"
    assert echo.end(20.0) == "exit status 0"


def test_no_more_is_read_than_somebody_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "MOST_WAITING", 1000)
    made = started("import sys; sys.stdout.buffer.write(b'x' * 9_000_000)")
    assert made.await_answers(time.monotonic() + 20)
    assert len(made._answers) <= 1000 + (1 << 18)
    assert len(everything(made)) == 9_000_000
    made.end(20.0)


def test_what_is_printed_is_kept_up_to_a_cap_and_a_flood_is_told() -> None:
    made = started("import sys\nwhile True: sys.stderr.write('x' * 65536)")
    assert made.await_answers(time.monotonic() + 60)
    assert made.floods
    assert made.printed() == b"x" * 65536
    assert made.end() == "SIGKILL"


MARKING = """
import sys, time
mark = bytes.fromhex(sys.stdin.readline())
def put(data):
    sys.stderr.buffer.write(data)
    sys.stderr.flush()
put(b"one" + mark[:9])
time.sleep(0.05)
put(mark[9:] + b"two" + mark[:5])
put(b"no mark" + mark + mark + b"three" + mark[:7])
time.sleep(0.05)
"""


def test_what_was_printed_up_to_a_mark_is_waited_for() -> None:
    made = started(MARKING)
    made.send(f"{PRINTED.hex()}\n".encode())
    text = made.printed(1)
    text += made.printed(3)
    assert text.startswith(b"onetwo" + PRINTED[:5] + b"no mark")
    made.end(20.0)
    assert text + made.printed(9) == b"onetwo" + PRINTED[:5] + b"no markthree" + PRINTED[:7]


def test_a_mark_that_does_not_come_is_waited_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "MARK_SECONDS", 0.05)
    made = started("import time; time.sleep(60)")
    assert (made.printed(1), made._marked) == (b"", False)
    monkeypatch.setattr(child, "MARK_SECONDS", 60.0)
    assert made.printed(2) == b""
    made.end()


def test_an_end_is_awaited_and_then_made() -> None:
    ended = started("raise SystemExit(7)")
    assert ended.end(20.0) == "exit status 7"
    waiting = started("import time; time.sleep(60)")
    assert not waiting.await_answers(time.monotonic() + 0.05)
    assert waiting.end() == "SIGKILL"


def test_cpu_time_is_known_where_the_system_tells_it(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "import time\nwhile time.process_time() < 0.2: pass"
    spinning = started(code)
    spinning.end(20.0)
    assert spinning.cpu_seconds >= 0.2
    monkeypatch.delattr(os, "wait4")  # as on Windows
    unknown = started(code)
    assert (unknown.end(20.0), unknown.cpu_seconds) == ("exit status 0", 0.0)


def test_a_pipe_that_somebody_else_holds_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "killpg")  # else it would be ended, too
    monkeypatch.setattr(child, "THREAD_SECONDS", 0.1)
    made = started("import subprocess; subprocess.Popen(['sleep', '1'])")
    assert made.end(20.0) == "exit status 0"
    readers = list(made._readers.values())
    assert any(reader.is_alive() for reader in readers)
    for pipe, reader in made._readers.items():  # it ends with its holder
        reader.join()
        pipe.close()


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (0, "exit status 0"),
        (71, "exit status 71"),
        (-9, "SIGKILL"),
        (-250, "signal 250"),
        (0xC0000005, "SIGSEGV"),
        (0xC0000005 - (1 << 32), "SIGSEGV"),
        (0xC00000FD, "SIGSEGV"),
        (0xC0000135, "exit status 0xc0000135"),
    ],
)
def test_a_status_in_words(code: int, words: str) -> None:
    assert describe_status(code) == words
