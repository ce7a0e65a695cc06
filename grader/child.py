"""A process that is started, listened to and ended where pipes cannot be polled: the judge's side of `spawned`.

Two threads read what comes out of it and one more writes what is sent, so that neither side can block the other; that
works on every system, with Windows' pipes as well.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from grader.exchange import PRINTED, Printed

MOST_WAITING = 64 * 1024 * 1024
"""Bytes of answers that nobody has taken yet, from which on no more are read."""
MARK_SECONDS = 0.5
"""How long what was printed before an answer may take to come; a submission may have closed its output."""
THREAD_SECONDS = 0.5
"""How long a thread may take to notice that the process is gone; what a submission left running may hold its pipe."""
WINDOWS_CRASHES = {0xC0000005: "SIGSEGV", 0xC00000FD: "SIGSEGV", 0xC000001D: "SIGILL", 0xC0000409: "SIGABRT"}
"""Exit statuses of Windows, by the names that such ends have elsewhere."""


class Child:
    """One process: started at once, in a session of its own where there are sessions. Raises OSError."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env=environment,
            cwd=Path(os.sep).resolve(),
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # nor Ctrl-C, which is the judge's to handle
        )
        self.cpu_seconds = 0.0
        """Known after the end, where the system tells it (not Windows)."""
        self._changed = threading.Condition()
        self._answers = bytearray()
        self._answering = True
        self._abandoned = False
        self._printed = Printed()
        self._tail = b""
        """What may be the beginning of a mark."""
        self._marks = 0
        self._marked = True
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._stdin = self._process.stdin
        self._readers = {
            self._process.stdout: self._thread(self._read, self._process.stdout, self._hear),
            self._process.stderr: self._thread(self._read, self._process.stderr, self._see),
        }
        self._writer: threading.Thread | None = None

    def _thread(self, target: Callable[..., None], *arguments: object) -> threading.Thread:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        thread.start()
        return thread

    # --- what the threads do -------------------------------------------------------------------

    def _read(self, pipe: IO[bytes], take: Callable[[bytes], None]) -> None:
        data = b"."
        while data:
            try:
                data = pipe.read(1 << 18)
            except OSError:
                data = b""
            take(data)

    def _hear(self, data: bytes) -> None:
        with self._changed:
            self._changed.wait_for(lambda: len(self._answers) < MOST_WAITING or self._abandoned)
            self._answers += data
            self._answering = bool(data)
            self._changed.notify_all()

    def _see(self, data: bytes) -> None:
        with self._changed:
            *whole, rest = (self._tail + data).split(PRINTED)
            held = _beginning_of_mark(rest) if data else 0
            self._tail = rest[len(rest) - held :]
            for part in (*whole, rest[: len(rest) - held]):
                self._printed.feed(part)
            self._marks += len(whole)
            self._marked = self._marked and bool(data)
            if whole or not data or self._printed.flood:
                self._changed.notify_all()

    def _write(self, data: bytes) -> None:
        view = memoryview(data)
        with contextlib.suppress(OSError):  # it closed its end, or is gone: its answers will tell
            while view:
                view = view[self._stdin.write(view) or 0 :]

    # --- what the judge does -------------------------------------------------------------------

    def send(self, data: bytes) -> None:
        """Write without waiting until it is read; what was sent before has to be through."""
        if self._writer is not None:
            self._writer.join()
        self._writer = self._thread(self._write, data)

    def take(self) -> tuple[bytes, bool]:
        """What was answered since the last time, and whether more can come."""
        with self._changed:
            taken, more = bytes(self._answers), self._answering
            self._answers.clear()
            self._changed.notify_all()
        return taken, more

    def await_answers(self, until: float) -> bool:
        """Wait for answers, their end or too much output, until a time of the monotonic clock; False when it is up."""
        with self._changed:
            return self._changed.wait_for(
                lambda: bool(self._answers) or not self._answering or self._printed.flood, until - time.monotonic()
            )

    @property
    def floods(self) -> bool:
        """Whether it printed too much."""
        return self._printed.flood

    def printed(self, marks: int = 0) -> bytes:
        """What was printed since the last time, as far as it is kept; waits until so many marks were seen."""
        with self._changed:
            there = self._changed.wait_for(lambda: self._marks >= marks or not self._marked, MARK_SECONDS)
            self._marked = self._marked and there  # one that did not come is waited for once
            return self._printed.take()

    def let_go(self) -> None:
        """Let it end by itself: its input ends."""
        with contextlib.suppress(OSError):
            self._stdin.close()

    def end(self, seconds: float = 0.0) -> str:
        """See it end within some seconds, or end it, and its process group; how it ended, as a signal or a status."""
        if not self._ends_until(time.monotonic() + seconds):
            with contextlib.suppress(OSError):
                self._process.kill()
            self._ends_until(float("inf"))
        if hasattr(os, "killpg"):
            with contextlib.suppress(OSError):  # nobody is left in it
                os.killpg(self._process.pid, signal.SIGKILL)
        self._close()
        return describe_status(self._process.returncode)

    def _ends_until(self, until: float) -> bool:
        """Whether it has ended by then, with its CPU time where the system can tell it."""
        pause = 0.0005
        while self._process.returncode is None:
            if hasattr(os, "wait4"):
                pid, status, usage = os.wait4(self._process.pid, os.WNOHANG)
                if pid:
                    self._process.returncode = os.waitstatus_to_exitcode(status)
                    self.cpu_seconds = usage.ru_utime + usage.ru_stime
            elif self._process.poll() is not None:
                break
            if self._process.returncode is None:
                if time.monotonic() >= until:
                    return False
                time.sleep(pause)
                pause = min(2 * pause, 0.02)
        return True

    def _close(self) -> None:
        """Close the pipes whose threads are done with them: closing one that is being read would hang."""
        with self._changed:
            self._abandoned = True
            self._changed.notify_all()
        self.let_go()
        for pipe, reader in self._readers.items():
            reader.join(THREAD_SECONDS)
            if not reader.is_alive():
                pipe.close()


def _beginning_of_mark(text: bytes) -> int:
    """How many bytes at the end of a text may be the beginning of a mark."""
    longest = min(len(text), len(PRINTED) - 1)
    return next((count for count in range(longest, 0, -1) if PRINTED.startswith(text[-count:])), 0)


def describe_status(returncode: int) -> str:
    """A return code of `subprocess` in words, as `exchange.describe_end` has them."""
    code = returncode & 0xFFFFFFFF
    if returncode < 0 and -returncode < 0x100:
        with contextlib.suppress(ValueError):
            return signal.Signals(-returncode).name
        return f"signal {-returncode}"
    if code in WINDOWS_CRASHES:
        return WINDOWS_CRASHES[code]
    return f"exit status {code if code < 0x100 else hex(code)}"
