"""The one door to processes: start a zygote, fork a worker, ask it, drain it, end it (POSIX only).

The judge writes a request and reads the answer in one poll loop that also drains the output pipe, with caps
and one deadline, so that no order of events on the other side can block it.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from grader import wire
from grader.errors import HarnessError
from grader.exchange import Exchange, Printed, describe_end
from grader.model import Stopped
from grader.sandbox.bounds import Bounds

START_SECONDS = 30.0
END_SECONDS = 5.0

START = (
    "import sys; sys.path.insert(0, {package!r}); from grader import zygote; del sys.path[0]; "
    "zygote.main({control}, {preload!r}, {modules!r})"
)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: a message, or why there is none; what was printed meanwhile; how long it took."""

    message: wire.Message | Stopped
    output: bytes
    seconds: float
    statement: int = 0
    """Of a worker that was stopped while loading: the number of the statement that it was at."""


class Zygote:
    """A process with numpy loaded that forks workers, one at a time.

    Starts at once; `fork` waits until it is ready. `preload` and `modules` are as in `zygote.main`.
    """

    def __init__(self, preload: tuple[str, ...] = (), modules: tuple[str, ...] = ()) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self._control = ours
        self._ready = False
        self._worker: Worker | None = None
        self._leaving = False
        package = str(Path(__file__).resolve().parent.parent)
        code = START.format(package=package, control=theirs.fileno(), preload=preload, modules=modules)
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-X", "utf8", "-c", code],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,  # a pipe as the workers' is: no seeking
                stderr=subprocess.STDOUT,
                pass_fds=[theirs.fileno()],
                env=clean_environment(),
                cwd="/",
                start_new_session=True,
            )
        except OSError as error:
            ours.close()
            raise HarnessError(f"no worker process could be started: {error}") from None
        finally:
            theirs.close()

    def fork(self, bounds: Bounds) -> Worker:
        """A new worker. Raises HarnessError when the zygote is gone, does not start, or has one that lives."""
        if self._worker is not None and not self._leaving:
            raise HarnessError("a worker of this zygote is still in use")
        self._wait_until_ready()
        self._settle()
        request, request_ours = os.pipe()
        reply_ours, reply = os.pipe()
        output_ours, output = os.pipe()
        theirs = (request, reply, output)
        try:
            socket.send_fds(self._control, [b"F" + bounds.pack()], theirs)
        except OSError as error:
            for fd in (request_ours, reply_ours, output_ours):
                os.close(fd)
            raise self._lost(str(error)) from None
        finally:
            for fd in theirs:
                os.close(fd)
        # Whether it forked at all shows when the worker is asked: nobody waits for the news.
        self._worker = Worker(self, request_ours, reply_ours, output_ours, bounds)
        return self._worker

    def _wait_until_ready(self) -> None:
        if not self._ready:
            if self.receive(START_SECONDS) != b"R":
                raise self._lost("it did not become ready")
            self._ready = True

    def leave(self) -> None:
        """The worker is about to end by itself; its end is awaited before the next one is forked."""
        self._leaving = True

    def _settle(self) -> None:
        if self._worker is not None:
            self._worker.await_end()

    def receive(self, seconds: float, size: int = 1) -> bytes:
        """Up to `size` bytes from the control socket; empty when it is closed or the time is up."""
        self._control.settimeout(seconds)
        try:
            return self._control.recv(size)
        except OSError:  # a time-out is one
            return b""

    def ends_within(self, seconds: float) -> bool:
        """Whether there is news from the zygote."""
        return bool(select.select([self._control], [], [], seconds)[0])

    def receive_report(self) -> tuple[int, float, int]:
        """Exit status (of `wait4`), CPU seconds, last statement of the worker that ended. Raises HarnessError."""
        report = b""
        while not report.endswith(b"\n"):
            part = self.receive(END_SECONDS, 64)
            if not part:
                raise self._lost("it did not report its worker's end")
            report += part
        self._worker, self._leaving = None, False
        status, cpu, statement = report[1:].split()
        return int(status), float(cpu), int(statement)

    def kill_worker(self) -> None:
        """Ask the zygote to kill its worker."""
        try:
            self._control.sendall(b"K")
        except OSError as error:
            raise self._lost(str(error)) from None

    def _lost(self, why: str) -> HarnessError:
        self._process.kill()
        printed, _ = self._process.communicate()
        last = printed.decode("utf-8", "replace").strip().splitlines()[-1:]
        return HarnessError(f"the worker process was lost: {why}" + (f" ({last[0]})" if last else ""))

    def close(self) -> None:
        """End the zygote and its worker, whatever the worker is at."""
        if self._worker is not None:
            self._worker.abandon()
            self._worker = None
        self._control.close()
        if self._process.stdout is not None:
            self._process.stdout.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def clean_environment() -> dict[str, str]:
    """The zygote's environment: one BLAS thread, no plot window, nothing of the judge's."""
    threads = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
    return {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "MPLBACKEND": "Agg"} | dict.fromkeys(threads, "1")


class Worker:
    """A live worker: ask it, then close it or kill it; either way its end is awaited."""

    def __init__(self, zygote: Zygote, request: int, reply: int, output: int, bounds: Bounds) -> None:
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
            data = os.read(self._reply, 1 << 20)
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
