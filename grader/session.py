"""One submission and the worker that has it loaded: load, run cases, load again after a run that cost the worker.

All times, limits and exit reasons are measured here; what the worker says of itself is checked by `wire` and
believed by nobody. Only a lost zygote is an exception.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from grader import replies, wire
from grader.model import Candidate, Isolation, Loaded, Missing, Note, Outcome, Returned, Run, Stopped, Submission, Value
from grader.process import Reply
from grader.sandbox.bounds import Bounds

MOST_KEPT = 64 * 1024 * 1024
"""Bytes of arrays that are kept of what one submission returned; it is compared after all cases were run."""
TOO_MUCH = Value("too_large", "ndarray", None)

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


class Worker(Protocol):
    """A live worker, forked (`process`) or spawned (`spawner`). They raise HarnessError when its parent is lost."""

    def send(self, bodies: Iterable[tuple[bytes, bytes]]) -> None:
        """Send requests, to be answered in their order."""

    def receive(self, seconds: float) -> Reply:
        """The next answer, within some seconds of the one before."""

    def kill(self) -> None:
        """End it at once."""

    def close(self) -> None:
        """Let it end by itself."""


class Parent(Protocol):
    """What workers come from: a `launcher.Zygote` that forks them, or a `spawner.Spawner`."""

    @property
    def isolation(self) -> Isolation:
        """What they are isolated by. Raises HarnessError."""

    def fork(self, bounds: Bounds) -> Worker:
        """A new worker. Raises HarnessError."""

    def close(self) -> None:
        """End it, and its worker."""


@dataclass
class LocalSession:
    """A submission and the worker that has it loaded; see `Session`."""

    parent: Parent
    submission: Submission
    wanted: Wanted
    limits: Limits
    candidate: Candidate | None
    loaded: Loaded | Stopped = field(default_factory=lambda: Stopped("crashed", "not loaded"))
    output: str = ""
    stops: list[Stopped] = field(default_factory=list)
    _worker: Worker | None = None
    _skip: list[tuple[int, str]] = field(default_factory=list)
    _definitions_only: bool = False
    _deadline: float = 0.0
    _kept: int = 0

    def __post_init__(self) -> None:
        self._deadline = time.monotonic() + self.limits.submission

    # --- loading ---------------------------------------------------------------------------

    def load(self) -> None:
        """Load the submission, again without the statement that did not end, at last only its definitions."""
        while True:
            self.loaded, statement = self._load_once()
            if isinstance(self.loaded, Loaded):
                if self._definitions_only:
                    note = Note("definitions_only", {"file": self.loaded.main})
                    self.loaded = replace(self.loaded, notes=(*self.loaded.notes, note))
                return
            innocent = self.loaded.reason != "protocol"  # whoever writes to the channel does not get another try
            if self._definitions_only or not statement or not innocent or self._left() <= 0:
                return
            self._skip.append((statement, self.loaded.reason))
            self._definitions_only = len(self._skip) >= SKIPPED_LOOPS

    def _load_once(self) -> tuple[Loaded | Stopped, int]:
        """The outcome, and the number of the statement that was being run when it stopped."""
        self._start().send([self._load_request("load")])
        reply = self._receive(self.limits.load)
        if isinstance(reply.message, Stopped):
            return reply.message, reply.statement
        loaded = replies.loaded(reply.message)
        if isinstance(loaded, Stopped):
            self._breach(loaded)
        return loaded, 0

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
        self._start().send([self._load_request("outline")])
        reply = self._receive(self.limits.load)
        return () if isinstance(reply.message, Stopped) else replies.names(reply.message)

    # --- running ---------------------------------------------------------------------------

    def run(self, runs: Sequence[Run]) -> list[Outcome]:
        """Outcomes in the order of the runs, whatever happens. Raises HarnessError when the zygote is lost.

        Requests are sent ahead, so that neither side waits for the other; a run that costs the worker is followed
        by the rest in a new one.
        """
        outcomes: dict[int, Outcome] = {}
        waiting: list[int] = []
        for index, run in enumerate(runs):
            lacking = self._lacking(run)
            if lacking is None:
                waiting.append(index)
            else:
                outcomes[index] = lacking
        while waiting:
            again = self._reloaded()
            if again is not None:
                outcomes |= dict.fromkeys(waiting, again)
                break
            for index, outcome in self._run_until_stopped([(index, runs[index]) for index in waiting]):
                outcomes[index] = outcome
            waiting = [index for index in waiting if index not in outcomes]
        return [outcomes[index] for index in range(len(runs))]

    def _lacking(self, run: Run) -> Outcome | None:
        """Why a run need not be tried."""
        if isinstance(self.loaded, Stopped):
            return self.loaded
        functions = self.loaded.functions
        return next((Missing(step.function) for step in run.steps if step.function not in functions), None)

    def _reloaded(self) -> Stopped | None:
        """Make sure of a worker with time left; why there is none."""
        if self._left() <= 0:
            return Stopped("timeout", "submission")
        if self._worker is None:
            again, _ = self._load_once()
            return again if isinstance(again, Stopped) else None
        return None

    def _run_until_stopped(self, runs: Sequence[tuple[int, Run]]) -> Iterator[tuple[int, Outcome]]:
        self._start().send([replies.run_request(run) for _, run in runs])
        for index, run in runs:
            reply = self._receive(self.limits.case)
            if isinstance(reply.message, Stopped):
                yield index, reply.message
                return
            outcome = self._within_bounds(replies.outcome(reply.message, run, reply.seconds))
            yield index, outcome
            if isinstance(outcome, Stopped):
                self._breach(outcome)
                return

    def _within_bounds(self, outcome: Outcome) -> Outcome:
        """The outcome; without its arrays when the submission returned too much in all."""
        if isinstance(outcome, Returned):
            self._kept += sum(value.array.nbytes for value in outcome.values.values() if value.array is not None)
            if self._kept > MOST_KEPT:
                return replace(outcome, values=dict.fromkeys(outcome.values, TOO_MUCH))
        return outcome

    # --- the worker ------------------------------------------------------------------------

    def _start(self) -> Worker:
        if self._worker is None:
            cpu = int(self.limits.submission) + 1
            self._worker = self.parent.fork(Bounds(self.limits.memory, cpu))
        return self._worker

    def _receive(self, seconds: float) -> Reply:
        worker, left = self._start(), self._left()
        reply = worker.receive(max(0.05, min(seconds, left)))
        if reply.output:
            self.output = (self.output + reply.output.decode("utf-8", "replace"))[: wire.Caps().header]
        if isinstance(reply.message, Stopped):
            stopped = reply.message
            if left < seconds and (stopped.reason, stopped.detail) == ("timeout", ""):  # not its own limit ended it
                stopped = replace(stopped, detail="submission")
            self.stops.append(stopped)
            self._worker = None
            return replace(reply, message=stopped)
        return reply

    def _breach(self, stopped: Stopped) -> None:
        """An answer that is none: the worker is not asked again."""
        self.stops.append(stopped)
        if self._worker is not None:
            self._worker.kill()
            self._worker = None

    def _left(self) -> float:
        return self._deadline - time.monotonic()

    def close(self) -> None:
        """End the worker; the slot is free for the next submission."""
        if self._worker is not None:
            self._worker.close()
            self._worker = None
