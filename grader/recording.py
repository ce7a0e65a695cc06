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
from dataclasses import dataclass, field, fields, replace

from grader import __version__, replies
from grader.model import Candidate, Isolation, Loaded, Outcome, Raised, Run, Stopped, Submission
from grader.runner import Limits, NotRecorded, Runner, Session, Wanted

Key = str
_Live = Callable[[], Session]


@dataclass(frozen=True, slots=True)
class Batch:
    """Runs that were sent together: what they came to, what was printed meanwhile, workers that they cost."""

    outcomes: Mapping[Key, Outcome]
    output: str
    stops: tuple[Stopped, ...]
    limits: Limits

    def holds(self, limits: Limits) -> bool:
        """Whether it would come to the same under other limits."""
        met_one = any(map(_may_have_met_one, (*self.stops, *self.outcomes.values())))
        return self.limits == limits or (_is_within(self.limits, limits) and not met_one)


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

    def holds(self, limits: Limits) -> bool:
        """Whether it would be loaded in the same way under other limits."""
        notes = self.loaded.notes if self.loaded is not None else ()
        met_one = bool(self.stops) or any(note.fields.get("exception") == "MemoryError" for note in notes)
        return self.limits == limits or (_is_within(self.limits, limits) and not met_one)


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
        if known is not None and not known[0].holds(limits):
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
        self._told: list[Batch] = []

    def run(self, runs: Sequence[Run]) -> list[Outcome]:
        """Outcomes in the order of the runs. Raises HarnessError, NotRecorded."""
        keys = _keys(runs)
        known = {key: batch for batch in self._holding() for key in batch.outcomes}
        missing = [(key, run) for key, run in zip(keys, runs, strict=True) if key not in known]
        if missing:
            known |= dict.fromkeys([key for key, _ in missing], self._run_new(missing))
        found = []
        for key in keys:
            self._tell(known[key])
            found.append(known[key].outcomes[key])
        return found

    def _holding(self) -> tuple[Batch, ...]:
        return tuple(batch for batch in self._loading[0].batches if batch.holds(self._limits))

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
            self._limits,
        )
        self._loading[0] = replace(self._loading[0], batches=(*self._holding(), batch))
        return batch

    def _tell(self, batch: Batch) -> None:
        """What was printed and lost meanwhile belongs to this session, once."""
        if not any(batch is told for told in self._told):
            self._told.append(batch)
            self.output += batch.output
            self.stops += batch.stops

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


def _is_within(recorded: Limits, limits: Limits) -> bool:
    """Whether what was recorded had no more than it may have now: how much less would have done is not known."""
    return all(getattr(recorded, each.name) <= getattr(limits, each.name) for each in fields(Limits))


def _may_have_met_one(outcome: Outcome) -> bool:
    """Whether a limit may have ended it: a crash may be for lack of memory, and MemoryError is raised by its code."""
    return isinstance(outcome, Stopped) or (isinstance(outcome, Raised) and outcome.exception == "MemoryError")


def _must(failed: Stopped | None) -> Stopped:
    return failed if failed is not None else Stopped("protocol", "a record without an answer")
