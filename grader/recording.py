"""What a submission's workers answered, kept, so that it can be judged again without running any of its code.

`RecordingRunner` stands between the judge and a runner. What is in the record is taken from there, the rest is run and
put into the record. So a spec with one more case runs that case alone, and one with other points or another tolerance
runs nothing. The judge sees no difference; it asks for the same runs and gets the same outcomes.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from grader import __version__, replies
from grader.model import Candidate, Isolation, Loaded, Outcome, Run, Stopped, Submission
from grader.runner import Limits, NotRecorded, Runner, Session, Wanted

Key = str
_Live = Callable[[], Session]


@dataclass(frozen=True, slots=True)
class Batch:
    """Runs that were sent together: what they came to, what was printed meanwhile, workers that they cost."""

    outcomes: Mapping[Key, Outcome]
    output: str
    stops: tuple[Stopped, ...]


@dataclass(frozen=True, slots=True)
class Loading:
    """One reading of a submission as a worker loaded it, and all that was run of it."""

    loaded: Loaded | None
    failed: Stopped | None
    """Why it is not loaded; one of the two is there."""
    output: str
    stops: tuple[Stopped, ...]
    limits: Limits
    batches: tuple[Batch, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """All that is known of how a submission behaves."""

    environment: str
    """What it ran in: other versions may give other bits."""
    submission: Submission
    """Without its files."""
    loadings: Mapping[Key, Loading] = field(default_factory=dict)


class RecordingRunner:
    """A runner for one submission that has a record. `may_run`: whether what is not in it may be run.

    Other submissions, such as mutants of the reference, go straight to the runner behind it.
    """

    def __init__(self, runner: Runner, record: Record, may_run: bool = True) -> None:
        self._runner = runner
        self._may_run = may_run
        self._record = record
        self._sessions: dict[Key, list[Loading]] = {key: [each] for key, each in record.loadings.items()}
        self.ran = False
        """Whether any code of the submission was run."""

    def open(self, submission: Submission, wanted: Wanted, limits: Limits, candidate: Candidate | None) -> Session:
        """Load the submission, or remember how that went. Raises HarnessError, NotRecorded."""
        if submission.sha256 != self._record.submission.sha256:
            return self._runner.open(submission, wanted, limits, candidate)
        key = _loading_key(wanted, candidate)

        def live() -> Session:
            if not self._may_run:
                raise NotRecorded(submission.id)
            self.ran = True
            return self._runner.open(submission, wanted, limits, candidate)

        known = self._sessions.get(key)
        if known is not None and not _holds(known[0].limits, limits, known[0].stops):
            known = None
        if known is None:
            session = live()
            loaded = session.loaded
            failed = loaded if isinstance(loaded, Stopped) else None
            first = Loading(
                None if isinstance(loaded, Stopped) else loaded, failed, session.output, tuple(session.stops), limits
            )
            known = self._sessions[key] = [first]
            return _Recorded(known, limits, live, session)
        return _Recorded(known, limits, live)

    def isolation(self) -> Isolation:
        """What submissions are isolated by."""
        return self._runner.isolation()

    @property
    def live(self) -> Runner:
        """The runner behind it."""
        return self._runner.live

    def beside(self, modules: tuple[str, ...] = ()) -> Runner:
        """A second slot of the runner behind it."""
        return self._runner.beside(modules)

    def record(self) -> Record:
        """All that is known by now."""
        return replace(self._record, loadings={key: loadings[0] for key, loadings in self._sessions.items()})


class _Recorded:
    """A session that remembers; a worker is started only for what is not known."""

    def __init__(self, loading: list[Loading], limits: Limits, live: _Live, session: Session | None = None) -> None:
        self._loading = loading
        self._limits = limits
        self._live = live
        self._session = session
        first = loading[0]
        self.loaded: Loaded | Stopped = first.loaded if first.loaded is not None else _must(first.failed)
        self.output = first.output
        self.stops: list[Stopped] = list(first.stops)
        self._told: set[int] = set()

    def run(self, runs: Sequence[Run]) -> list[Outcome]:
        """Outcomes in the order of the runs. Raises HarnessError, NotRecorded."""
        keys = _keys(runs)
        known = self._known()
        missing = [(key, run) for key, run in zip(keys, runs, strict=True) if key not in known]
        if missing:
            known |= dict.fromkeys([key for key, _ in missing], (self._run_new(missing), -1))
        found = []
        for key in keys:
            batch, _ = known[key]
            found.append(batch.outcomes[key])
        for number in sorted({known[key][1] for key in keys} - {-1} - self._told):
            self._told.add(number)
            batch = self._loading[0].batches[number]
            self.output += batch.output
            self.stops += batch.stops
        return found

    def _known(self) -> dict[Key, tuple[Batch, int]]:
        first = self._loading[0]
        return {
            key: (batch, number)
            for number, batch in enumerate(first.batches)
            if _holds(first.limits, self._limits, batch.stops)
            for key in batch.outcomes
        }

    def _run_new(self, missing: Sequence[tuple[Key, Run]]) -> Batch:
        if self._session is None:
            self._session = self._live()
        session = self._session
        said, stopped = len(session.output), len(session.stops)
        outcomes = session.run([run for _, run in missing])
        batch = Batch(
            dict(zip([key for key, _ in missing], outcomes, strict=True)),
            session.output[said:],
            tuple(session.stops[stopped:]),
        )
        self.output += batch.output
        self.stops += batch.stops
        first = self._loading[0]
        self._told.add(len(first.batches))
        self._loading[0] = replace(first, batches=(*first.batches, batch))
        return batch

    def close(self) -> None:
        """End the worker, if there is one."""
        if self._session is not None:
            self._session.close()


def environment(isolation: Isolation) -> str:
    """What recorded outcomes depend on besides the submission and its inputs; a change runs all anew."""
    import platform

    import numpy as np

    told = (__version__, platform.python_version(), np.__version__, platform.machine(), isolation.tier)
    return " ".join(told)


def blank(submission: Submission, isolation: Isolation) -> Record:
    """A record of which nothing is known yet."""
    return Record(environment(isolation), replace(submission, files=()))


def _keys(runs: Sequence[Run]) -> list[Key]:
    """A name for each run by what is run; the same run twice in a row has two, for its outcomes may differ."""
    seen: Counter[str] = Counter()
    keys = []
    for run in runs:
        digest = _digest(run)
        keys.append(f"{digest}.{seen[digest]}" if seen[digest] else digest)
        seen[digest] += 1
    return keys


@functools.lru_cache(maxsize=4096)
def _digest(run: Run) -> str:
    header, payload = replies.run_request(run)
    return hashlib.sha256(b"%d:%b%b" % (len(header), header, payload)).hexdigest()[:32]


def _loading_key(wanted: Wanted, candidate: Candidate | None) -> Key:
    functions = {name: list(names) for name, names in wanted.functions.items()}
    main, cells = (candidate.main, candidate.cells) if candidate is not None else (None, None)
    told = json.dumps([functions, list(wanted.modules), main, cells])
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _holds(recorded: Limits, limits: Limits, stops: Sequence[Stopped]) -> bool:
    """Whether what was recorded under some limits is true under others: not where a limit ended it."""
    return recorded == limits or not any(stop.reason in ("timeout", "memory") for stop in stops)


def _must(failed: Stopped | None) -> Stopped:
    return failed if failed is not None else Stopped("protocol", "a record without an answer")
