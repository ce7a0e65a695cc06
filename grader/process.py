"""The judge's handle on one worker process: ask it, drain it, end it.

The judge writes a request and reads the answer in one poll loop that also drains the output pipe, with caps
and one deadline, so that no order of events on the other side can block it.
"""

from __future__ import annotations

import contextlib
import os
import select
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from grader import wire
from grader.exchange import Exchange, Printed, describe_end
from grader.model import Stopped
from grader.sandbox.bounds import OUT_OF_MEMORY, Bounds


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: a message, or why there is none; what was printed meanwhile; how long it took."""

    message: wire.Message | Stopped
    output: bytes
    seconds: float
    statement: int = 0
    """Of a worker that was stopped while loading: the number of the statement that it was at."""


class Parent(Protocol):
    """The zygote, as far as its worker's handle needs it. Its calls raise HarnessError when it is lost."""

    def leave(self) -> None:
        """The worker is about to end by itself; its end is awaited before the next one is forked."""

    def ends_within(self, seconds: float) -> bool:
        """Whether there is news from the zygote."""

    def receive_report(self) -> tuple[int, float, int]:
        """Exit status (of `wait4`), CPU seconds, last statement of the worker that ended."""

    def kill_worker(self) -> None:
        """Ask the zygote to kill its worker."""


class Worker:
    """A live worker: ask it, then close it or kill it; either way its end is awaited."""

    def __init__(self, zygote: Parent, request: int, reply: int, output: int, bounds: Bounds) -> None:
        self._zygote = zygote
        self._bounds = bounds
        self._request, self._reply, self._output = request, reply, output
        for fd in (request, reply, output):
            os.set_blocking(fd, False)
        self._poll = select.poll()
        self._poll.register(reply, select.POLLIN)
        self._poll.register(output, select.POLLIN)
        self._exchange = Exchange()
        self._pending = memoryview(b"")
        self._since = time.monotonic()
        self._printed = Printed()

    def send(self, bodies: Iterable[tuple[bytes, bytes]]) -> None:
        """Send requests; `receive` gives their answers in the same order. None must be under way."""
        self._pending = memoryview(self._exchange.request(bodies))
        self._since = time.monotonic()
        self._push()

    def receive(self, seconds: float) -> Reply:
        """The next answer, within `seconds` of the one before (or of sending). Raises HarnessError.

        An answer that is in the pipe counts, though this process saw it late or the worker floods by now.
        """
        over = False
        try:
            while (message := self._exchange.answer()) is None:
                if over:
                    return self._stop(Stopped("output" if self._printed.flood else "timeout", ""))
                left = 0.0 if self._printed.flood else max(0.0, self._since + seconds - time.monotonic())
                events = dict(self._poll.poll(left * 1000))
                if self._pending and self._request in events:
                    self._push()
                if self._output in events:
                    self._drain()
                over = left == 0
                if (over or self._reply in events) and not self._pull():
                    return self._ended_itself()
        except wire.WireError as error:
            return self._stop(Stopped("protocol", str(error)))
        now = time.monotonic()
        began, self._since = self._since, now
        return Reply(message, self._printed.take(), now - began)

    def _push(self) -> None:
        """Write what fits; listen for room in the pipe when something is left."""
        try:
            self._pending = self._pending[os.write(self._request, self._pending) :]
        except BlockingIOError:
            pass
        except BrokenPipeError:
            self._pending = self._pending[:0]  # it closed its end: the reply pipe will tell
        if self._pending:
            self._poll.register(self._request, select.POLLOUT)
        else:
            with contextlib.suppress(KeyError):
                self._poll.unregister(self._request)

    def _pull(self) -> bool:
        """Take what was answered, if anything; False at the end of the pipe. Raises WireError."""
        try:
            data = os.read(self._reply, 1 << 16)  # what a pipe holds; for more, malloc would ask the kernel each time
        except BlockingIOError:
            return True
        self._exchange.feed(data)
        return bool(data)

    def _drain(self) -> None:
        """Take what was printed."""
        while not self._printed.flood:
            try:
                data = os.read(self._output, 1 << 16)
            except BlockingIOError:
                return
            if not data:
                with contextlib.suppress(KeyError):
                    self._poll.unregister(self._output)
                return
            self._printed.feed(data)

    def _ended_itself(self) -> Reply:
        """The reply pipe closed without an answer: see how the worker ended."""
        status, cpu, statement = self.await_end()
        seconds = time.monotonic() - self._since
        detail = describe_end(status)
        # The kernel's limit counts by ticks, `wait4` by the clock: on a busy machine they differ.
        if detail == f"exit status {OUT_OF_MEMORY}":
            return Reply(Stopped("memory", "", seconds, cpu), self._printed.take(), seconds, statement)
        spent = detail in ("SIGXCPU", "SIGKILL") and cpu > 0.8 * self._bounds.cpu_seconds
        ended = Stopped("timeout", "cpu", seconds, cpu) if spent else Stopped("crashed", detail, seconds, cpu)
        return Reply(ended, self._printed.take(), seconds, statement)

    def _stop(self, stopped: Stopped) -> Reply:
        self._zygote.kill_worker()
        _, cpu, statement = self.await_end()
        seconds = time.monotonic() - self._since
        ended = Stopped(stopped.reason, stopped.detail, seconds, cpu)
        return Reply(ended, self._printed.take(), seconds, statement)

    def await_end(self) -> tuple[int, float, int]:
        """Exit status, CPU seconds, last statement; a worker that closed its pipes but lives on is killed."""
        try:
            if not self._zygote.ends_within(0.5):
                self._zygote.kill_worker()
            return self._zygote.receive_report()
        finally:
            if self._output >= 0:
                self._drain()
            self.abandon()

    def kill(self) -> None:
        """End the worker at once."""
        self._zygote.kill_worker()
        self.await_end()

    def close(self) -> None:
        """Let the worker end by closing its pipes; nobody waits for it until the next one is forked."""
        self.abandon()
        self._zygote.leave()

    def abandon(self) -> None:
        """Close the descriptors, without waiting for anything."""
        for fd in (self._request, self._reply, self._output):
            if fd >= 0:
                os.close(fd)
        self._request = self._reply = self._output = -1
