"""Starts a fresh interpreter for each worker where none can be forked: the judge's side of `spawned`."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from grader import launcher, sandbox, wire
from grader.child import Child
from grader.errors import HarnessError
from grader.exchange import Exchange
from grader.model import Isolation, Stopped
from grader.process import Reply
from grader.sandbox.base import PLAN_LENGTH, Plan
from grader.sandbox.bounds import OUT_OF_MEMORY, Bounds

READY = b"R"
PROGRESS_SIZE = 8
END_SECONDS = 0.5
"""How long a worker may take to end by itself."""
ELSEWHERE = "workers are not forked on this system, and this layer needs Linux"
FITTING = frozenset({"limits"})
"""Layers that a process can enter that was not forked by one of ours."""


class Spawner:
    """Starts workers one at a time, each with numpy loaded ahead; takes the place of a `launcher.Zygote`.

    The next one starts while the one before it is in use. `preload`, `modules` and `without` are as in
    `sandbox.base.Plan`; BLAS gets `threads`.
    """

    def __init__(
        self,
        preload: tuple[str, ...] = (),
        modules: tuple[str, ...] = (),
        without: tuple[str, ...] = (),
        threads: int = 1,
    ) -> None:
        others = {layer.name for layer in sandbox.LAYERS} - FITTING
        self._plan = Plan(preload, modules, without, dict.fromkeys(others, ELSEWHERE)).to_json()
        self._threads = threads
        self._isolation: Isolation | None = None
        self._worker: Worker | None = None
        self._next: _Ahead | None = self._start()

    def _start(self) -> _Ahead:
        return _Ahead(self._plan, self._threads)

    @property
    def isolation(self) -> Isolation:
        """What it is isolated by; waits until a worker is ready. Raises HarnessError."""
        if self._isolation is None:
            self._next = self._next or self._start()
            self._isolation = self._next.ready()
        return self._isolation

    def fork(self, bounds: Bounds) -> Worker:
        """A new worker. Raises HarnessError when none starts, when it is isolated less, or when one is in use."""
        if self._worker is not None:
            if not self._worker.is_over:
                raise HarnessError("a worker of this slot is still in use")
            self._worker.await_end()
        promised = self.isolation
        ahead, self._next = self._next or self._start(), None
        if set(promised.layers) - set(ahead.ready().layers):
            raise HarnessError("this worker would be less isolated than the first")
        self._worker = Worker(ahead, bounds)
        self._next = self._start()
        return self._worker

    def close(self) -> None:
        """End the worker, whatever it is at, and the one that waits."""
        if self._worker is not None:
            self._worker.kill()
            self._worker = None
        if self._next is not None:
            self._next.end()
            self._next = None


class _Ahead:
    """A process on its way to being a worker, with the file in which it leaves where it is."""

    def __init__(self, plan: bytes, threads: int) -> None:
        self._progress, path = _progress_file()
        self._path = path
        try:
            self.child = Child(launcher.command("spawned", path), launcher.clean_environment(threads))
        except OSError as error:
            self._forget_file()
            raise HarnessError(f"no worker process could be started: {error}") from None
        self.child.send(PLAN_LENGTH.pack(len(plan)) + plan)
        self._isolation: Isolation | None = None

    def ready(self) -> Isolation:
        """Wait until it says that it is ready, and what it is isolated by. Raises HarnessError."""
        if self._isolation is None:
            news, until, more = b"", time.monotonic() + launcher.START_SECONDS, True
            while not news.endswith(b"\n"):
                if not more or not self.child.await_answers(until):
                    raise self._lost()
                part, more = self.child.take()
                news += part
            told = json.loads(news.removeprefix(READY))
            entered: dict[str, str] = told["entered"]
            self._isolation = Isolation(sandbox.tier_of(entered), tuple(entered), entered, told["left_out"])
        return self._isolation

    def _lost(self) -> HarnessError:
        self.end(END_SECONDS)
        last = self.child.printed().decode("utf-8", "replace").strip().splitlines()[-1:]
        why = f" ({last[0]})" if last else ""
        return HarnessError(f"the worker process was lost: it did not become ready{why}")

    def end(self, seconds: float = 0.0) -> tuple[str, float, int]:
        """How it ended (within some seconds, or was ended), its CPU seconds, the last statement."""
        how = self.child.end(seconds)
        statement = 0
        if self._progress >= 0:
            os.lseek(self._progress, 0, os.SEEK_SET)
            statement = int.from_bytes(os.read(self._progress, PROGRESS_SIZE), "little")
        self._forget_file()
        return how, self.child.cpu_seconds, statement

    def _forget_file(self) -> None:
        if self._progress >= 0:
            os.close(self._progress)
            self._progress = -1
            with contextlib.suppress(OSError):  # the worker did it
                Path(self._path).unlink()


def _progress_file() -> tuple[int, str]:
    """A descriptor and its path; (-1, "") without a folder for it: then no loop is told from the rest."""
    try:
        fd, path = tempfile.mkstemp(prefix="grader-progress-")
    except OSError:
        return -1, ""
    os.write(fd, bytes(PROGRESS_SIZE))
    return fd, path


class Worker:
    """A live worker that was spawned: as `process.Worker`, with threads where that has a poll loop."""

    def __init__(self, ahead: _Ahead, bounds: Bounds) -> None:
        self._ahead = ahead
        self._child = ahead.child
        self._exchange = Exchange()
        self._answered = 0
        self._since = time.monotonic()
        self._ended: tuple[str, float, int] | None = None
        self.is_over = False
        """Whether it was told to end."""
        self._child.send(bounds.pack())

    def send(self, bodies: Iterable[tuple[bytes, bytes]]) -> None:
        """Send requests; `receive` gives their answers in the same order. None must be under way."""
        self._child.send(self._exchange.request(bodies))
        self._since = time.monotonic()

    def receive(self, seconds: float) -> Reply:
        """The next answer, within `seconds` of the one before (or of sending).

        An answer that was heard counts, though it is looked at late or the worker floods by now.
        """
        over = False
        try:
            while True:
                heard, more = self._child.take()
                self._exchange.feed(heard)
                if (message := self._exchange.answer()) is not None:
                    break
                if not more:
                    return self._ended_itself()
                if over or self._child.floods:
                    return self._stop(Stopped("output" if self._child.floods else "timeout", ""))
                over = not self._child.await_answers(self._since + seconds)
        except wire.WireError as error:
            return self._stop(Stopped("protocol", str(error)))
        now = time.monotonic()
        began, self._since = self._since, now
        self._answered += 1
        return Reply(message, self._child.printed(self._answered), now - began)

    def _ended_itself(self) -> Reply:
        """It closed its answers without one: see how it ended."""
        how, cpu, statement = self.await_end()
        seconds = time.monotonic() - self._since
        if how == f"exit status {OUT_OF_MEMORY}":
            ended = Stopped("memory", "", seconds, cpu)
        elif how == "SIGXCPU":
            ended = Stopped("timeout", "cpu", seconds, cpu)
        else:
            ended = Stopped("crashed", how, seconds, cpu)
        return Reply(ended, self._child.printed(), seconds, statement)

    def _stop(self, stopped: Stopped) -> Reply:
        seconds = time.monotonic() - self._since
        _, cpu, statement = self.await_end(0.0)
        ended = Stopped(stopped.reason, stopped.detail, seconds, cpu)
        return Reply(ended, self._child.printed(), seconds, statement)

    def await_end(self, seconds: float = END_SECONDS) -> tuple[str, float, int]:
        """How it ended, CPU seconds, last statement; a worker that lives on is killed."""
        self.is_over = True
        if self._ended is None:
            self._ended = self._ahead.end(seconds)
        return self._ended

    def kill(self) -> None:
        """End the worker at once."""
        self.await_end(0.0)

    def close(self) -> None:
        """Let the worker end by itself; nobody waits for it until the next one is needed."""
        self.is_over = True
        self._child.let_go()
