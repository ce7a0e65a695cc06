"""The judge's handle on a worker: a request in, an Outcome out, whatever the other side does.

A `Runner` owns the zygotes of one slot (one live worker at a time). `open` loads a submission and gives a
`Session`; `Session.run` runs cases. A worker that is killed costs that case: the session loads the submission
again for the next one, within the submission's budget (`session`). Only a lost zygote is an exception.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Protocol, Self

from grader import launcher
from grader.errors import HarnessError
from grader.launcher import Zygote
from grader.model import Candidate, Isolation, Loaded, Outcome, Run, Stopped, Submission
from grader.session import Limits as Limits  # whoever has a runner says these to it
from grader.session import LocalSession, Parent
from grader.session import Wanted as Wanted
from grader.spawner import Spawner


class NotRecorded(Exception):
    """Something would have to run, and only what was recorded may be used (`recording`)."""


class Session(Protocol):
    """One submission, loaded."""

    loaded: Loaded | Stopped
    output: str
    stops: list[Stopped]
    """Every time that it cost its worker, loading included."""

    def run(self, runs: Sequence[Run]) -> list[Outcome]:
        """Run the steps of some cases; an outcome for each."""

    def close(self) -> None:
        """End the worker."""


class Runner(Protocol):
    """What the judge needs; tests put a dict of outcomes in its place."""

    def open(self, submission: Submission, wanted: Wanted, limits: Limits, candidate: Candidate | None) -> Session:
        """Load a submission."""

    def isolation(self) -> Isolation:
        """What submissions are isolated by."""

    @property
    def live(self) -> Runner:
        """The runner that runs code in any case, behind one that knows what was recorded."""

    def beside(self, modules: tuple[str, ...] = ()) -> Runner:
        """A second slot, for what runs at the same time; it starts when first asked for, and ends with this one."""


class LocalRunner:
    """One slot of this machine: a zygote for modules and, when first needed, one that knows notebooks.

    Use as a context manager, from one thread at a time. `without` names layers of isolation to leave out; `expected`
    is the isolation that every zygote must have; `threads` is for BLAS; `spawning` starts every worker as a process
    of its own, as is done wherever they cannot be forked. Raises HarnessError when a zygote is lost, cannot start, or
    has less.
    """

    def __init__(
        self,
        without: tuple[str, ...] = (),
        expected: Isolation | None = None,
        threads: int = 1,
        spawning: bool | None = None,
    ) -> None:
        self._without = without
        self._expected = expected
        self._threads = threads
        self._kind: type[Zygote | Spawner] = Zygote if launcher.can_fork() and not spawning else Spawner
        self._zygotes: dict[tuple[tuple[str, ...], tuple[str, ...]], Zygote | Spawner] = {}
        self._beside: LocalRunner | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self, preload: tuple[str, ...] = (), modules: tuple[str, ...] = ()) -> Parent:
        """Start a zygote without waiting for it, so that it is ready when it is needed."""
        key = (preload, modules)
        if key not in self._zygotes:
            self._zygotes[key] = self._kind(preload, modules, self._without, self._threads)
        return self._zygotes[key]

    def close(self) -> None:
        """End every zygote and worker of the slot."""
        for zygote in self._zygotes.values():
            zygote.close()
        self._zygotes.clear()
        if self._beside is not None:
            self._beside.close()

    @property
    def live(self) -> LocalRunner:
        """This one: it knows no records."""
        return self

    def isolation(self) -> Isolation:
        """What submissions are isolated by; waits for the first zygote. Raises HarnessError."""
        return self.start().isolation

    def beside(self, modules: tuple[str, ...] = ()) -> LocalRunner:
        """A second slot with the same isolation; it is started without waiting for it."""
        if self._beside is None:
            self._beside = LocalRunner(self._without, self._expected, spawning=self._kind is Spawner)
        self._beside.start((), modules)
        return self._beside

    def zygote_for(self, submission: Submission, modules: tuple[str, ...]) -> Parent:
        """The zygote that has loaded what the submission will import; reading its bytes is not parsing them."""
        preload = []
        if any(file.name.lower().endswith(".ipynb") for file in submission.files):
            preload.append("nbformat")
        if any(b"random" in file.data for file in submission.files):
            preload.append("numpy.random")  # 50 ms if a worker imports it, 0.5 ms if each has it loaded
        zygote = self.start(tuple(preload), modules)
        if self._expected is not None and (lost := set(self._expected.layers) - set(zygote.isolation.layers)):
            why = "; ".join(f"{name}: {zygote.isolation.left_out.get(name, 'gone')}" for name in sorted(lost))
            raise HarnessError(f"this worker would be less isolated than the report says ({why})")
        return zygote

    def discard(self) -> None:
        """Forget zygotes that may be broken; new ones start when needed."""
        self.close()

    def open(self, submission: Submission, wanted: Wanted, limits: Limits, candidate: Candidate | None) -> Session:
        """Load a submission in a new worker. Raises HarnessError."""
        zygote = self.zygote_for(submission, wanted.modules)
        session = LocalSession(zygote, submission, wanted, limits, candidate)
        session.load()
        return session

    def outline(self, submission: Submission, names: Sequence[str]) -> tuple[str, ...]:
        """Which of the names the submission binds at top level, without running any of it."""
        wanted = Wanted({name: (name,) for name in names})
        session = LocalSession(self.zygote_for(submission, ()), submission, wanted, Limits(), None)
        try:
            return session.outline()
        finally:
            session.close()
