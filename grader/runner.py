"""The judge's handle on a worker: a request in, an Outcome out, whatever the other side does.

A `Runner` owns the zygotes of one slot (one live worker at a time). `open` loads a submission and gives a
`Session`; `Session.run` runs a case. A worker that is killed costs that case: the session loads the submission
again for the next one, within the submission's budget. All times, limits and exit reasons are measured here;
what the worker says of itself is checked by `wire` and believed by nobody. Only a lost zygote is an exception.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Protocol, Self

from grader import replies, wire
from grader.model import (
    Candidate,
    Loaded,
    Missing,
    Note,
    Outcome,
    Raised,
    Returned,
    Run,
    Stopped,
    Submission,
)
from grader.process import Reply, Worker, Zygote
from grader.sandbox.bounds import Bounds

SKIPPED_LOOPS = 3
"""Statements that may fail to end before only definitions are loaded."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and bytes that a submission may use (spec key `limits`)."""

    load: float = 10.0
    case: float = 5.0
    submission: float = 60.0
    memory: int = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a submission is searched for: function → names that it may have; modules allowed besides numpy."""

    functions: Mapping[str, Sequence[str]]
    modules: tuple[str, ...] = ()


class Session(Protocol):
    """One submission, loaded."""

    loaded: Loaded | Stopped
    output: str

    def run(self, run: Run) -> Outcome:
        """Run a case's steps."""

    def close(self) -> None:
        """End the worker."""


class Runner(Protocol):
    """What the judge needs; tests put a dict of outcomes in its place."""

    def open(self, submission: Submission, wanted: Wanted, limits: Limits, candidate: Candidate | None) -> Session:
        """Load a submission."""


class LocalRunner:
    """One slot of this machine: a zygote for modules and, when first needed, one that knows notebooks.

    Use as a context manager, from one thread. Raises HarnessError when a zygote is lost or cannot start.
    """

    def __init__(self) -> None:
        self._zygotes: dict[tuple[str, ...], Zygote] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self, preload: tuple[str, ...] = ()) -> None:
        """Start a zygote without waiting for it, so that it is ready when it is needed."""
        if preload not in self._zygotes:
            self._zygotes[preload] = Zygote(preload)

    def close(self) -> None:
        """End every zygote and worker of the slot."""
        for zygote in self._zygotes.values():
            zygote.close()
        self._zygotes.clear()

    def zygote_for(self, submission: Submission) -> Zygote:
        """The zygote that has loaded what the submission will import; reading its bytes is not parsing them."""
        preload = []
        if any(file.name.endswith(".ipynb") for file in submission.files):
            preload.append("nbformat")
        if any(b"random" in file.data for file in submission.files):
            preload.append("numpy.random")  # 50 ms if a worker imports it, 0.5 ms if each has it loaded
        key = tuple(preload)
        self.start(key)
        return self._zygotes[key]

    def discard(self) -> None:
        """Forget zygotes that may be broken; new ones start when needed."""
        self.close()

    def open(self, submission: Submission, wanted: Wanted, limits: Limits, candidate: Candidate | None) -> Session:
        """Load a submission in a new worker. Raises HarnessError."""
        session = LocalSession(self.zygote_for(submission), submission, wanted, limits, candidate)
        session.load()
        return session

    def outline(self, submission: Submission, names: Sequence[str]) -> tuple[str, ...]:
        """Which of the names the submission binds at top level, without running any of it."""
        wanted = Wanted({name: (name,) for name in names})
        session = LocalSession(self.zygote_for(submission), submission, wanted, Limits(), None)
        try:
            return session.outline()
        finally:
            session.close()


@dataclass
class LocalSession:
    """A submission and the worker that has it loaded; see `Session`."""

    zygote: Zygote
    submission: Submission
    wanted: Wanted
    limits: Limits
    candidate: Candidate | None
    loaded: Loaded | Stopped = field(default_factory=lambda: Stopped("crashed", "not loaded"))
    output: str = ""
    _worker: Worker | None = None
    _skip: list[str] = field(default_factory=list)
    _definitions_only: bool = False
    _notes: list[Note] = field(default_factory=list)
    _deadline: float = 0.0

    def __post_init__(self) -> None:
        self._deadline = time.monotonic() + self.limits.submission

    # --- loading ---------------------------------------------------------------------------

    def load(self) -> None:
        """Load the submission, again without the statement that did not end, at last only its definitions."""
        while True:
            outcome, label = self._load_once()
            if isinstance(outcome, Loaded):
                self.loaded = replace(outcome, notes=(*self._notes, *outcome.notes))
                return
            if self._definitions_only or not label or self._left() <= 0:
                self.loaded = outcome
                return
            file, _, line = label.rpartition(":")
            fields = {
                "file": file,
                "line": line,
                "reason": outcome.reason,
                "seconds": f"{self.limits.load:g}",
            }
            self._notes.append(Note("statement_stopped", fields))
            self._skip.append(label)
            if len(self._skip) >= SKIPPED_LOOPS:
                self._definitions_only = True
                self._notes.append(Note("definitions_only", {"file": file}))

    def _load_once(self) -> tuple[Loaded | Stopped, str]:
        """The outcome, and the statement that was being run when it stopped."""
        reply = self._ask(self._load_request("load"), self.limits.load)
        if isinstance(reply, Stopped):
            return reply, self._last_label
        loaded = replies.loaded(reply)
        if isinstance(loaded, Stopped):
            self._kill()
        return loaded, ""

    def _load_request(self, operation: str) -> tuple[bytes, bytes]:
        fields = {
            "op": operation,
            "files": [[file.name, len(file.data)] for file in self.submission.files],
            "functions": {name: list(names) for name, names in self.wanted.functions.items()},
            "modules": list(self.wanted.modules),
            "main": self.candidate.main if self.candidate else None,
            "cells": self.candidate.cells if self.candidate else None,
            "skip": self._skip,
            "definitions_only": self._definitions_only,
        }
        return wire.encode_body(fields, (), b"".join(file.data for file in self.submission.files))

    def outline(self) -> tuple[str, ...]:
        """Names bound; nothing when the file cannot be parsed."""
        reply = self._ask(self._load_request("outline"), self.limits.load)
        return () if isinstance(reply, Stopped) else replies.names(reply)

    # --- running ---------------------------------------------------------------------------

    def run(self, run: Run) -> Outcome:
        """Run a case's steps; an outcome whatever happens. Raises HarnessError when the zygote is lost."""
        if isinstance(self.loaded, Stopped):
            return self.loaded
        for step in run.steps:
            if step.function not in self.loaded.functions:
                return Missing(step.function)
        if self._left() <= 0:
            return Stopped("timeout", "submission")
        if self._worker is None:
            again, _ = self._load_once()
            if isinstance(again, Stopped):
                return again
        began = time.monotonic()
        reply = self._ask(replies.run_request(run), self.limits.case)
        seconds = time.monotonic() - began
        outcome = reply if isinstance(reply, Stopped) else replies.outcome(reply, run)
        if isinstance(outcome, Stopped):
            self._kill()
            return outcome
        return replace(outcome, seconds=seconds) if isinstance(outcome, Returned | Raised) else outcome

    # --- the worker ------------------------------------------------------------------------

    _last_label: str = ""

    def _ask(self, body: tuple[bytes, bytes], seconds: float) -> wire.Message | Stopped:
        if self._worker is None:
            cpu = int(self.limits.submission) + 1
            self._worker = self.zygote.fork(Bounds(self.limits.memory, cpu))
        self._last_label = ""
        reply = self._worker.ask(body, max(0.05, min(seconds, self._left())), self._progress)
        self._keep_output(reply)
        if reply.message is not None:
            return reply.message
        self._worker = None
        return reply.stopped

    def _progress(self, message: wire.Message) -> bool:
        """Whether a frame only says where loading has come to."""
        label = message.fields.get("at")
        if isinstance(label, str) and not message.arrays and not message.payload:
            self._last_label = label[:200]
            return True
        return False

    def _keep_output(self, reply: Reply) -> None:
        if reply.output:
            self.output = (self.output + reply.output.decode("utf-8", "replace"))[: wire.Caps().header]

    def _left(self) -> float:
        return self._deadline - time.monotonic()

    def _kill(self) -> None:
        if self._worker is not None:
            self._worker.kill()
            self._worker = None

    def close(self) -> None:
        """End the worker; the slot is free for the next submission."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None
