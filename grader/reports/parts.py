"""Goes through a class once for all reports that are made of a part for each submission, and keeps none of it.

To decode a result, and to make its parts, costs more than all else; so each is decoded once, where its parts are made:
in this process, or in those that `map_` hands batches to. What was made from the same bytes before is not made again.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

import grader
from grader.class_results import Packed, PackedResults
from grader.errors import UsageError
from grader.model import Result
from grader.reports import files
from grader.reports.safe import one_line

BATCH = 8
"""Results that are handed over at once: to hand over costs as much as a part."""
WINDOW = 8
"""Batches that are handed over, or wait to be written, at a time; twice as many at most."""

A = TypeVar("A")
B = TypeVar("B")


class Map(Protocol):
    """`map`, or the method of a `concurrent.futures.Executor`: order is kept."""

    def __call__(self, function: Callable[[A], B], items: Iterable[A], /) -> Iterable[B]:
        """The function's value for each item."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be made of one result."""

    name: str
    """Its id as it can be shown, made unique in the class."""
    stem: str
    """Of the names of its files."""
    stamp: str
    """The same only while nothing changes of which its parts are made; empty: not known."""
    unpack: Callable[[], Result]
    wanted: tuple[int, ...] = ()
    """Numbers of the reports that want a part."""


class Joined(Protocol):
    """A report that is being put together; left by an exception, it was never there."""

    def wants(self, job: Job, /) -> bool:
        """Whether a part of this result is to be made."""

    def add(self, job: Job, part: Any, /) -> object:
        """Take it. An OSError is told as a UsageError when the report is left."""


@dataclass(frozen=True, slots=True)
class Always:
    """One that wants a part of every result: a file of the whole class."""

    take: Callable[[Any], object]

    def wants(self, _job: Job, /) -> bool:
        """Yes."""
        return True

    def add(self, _job: Job, part: Any, /) -> object:
        """Take it."""
        return self.take(part)


@dataclass(frozen=True, slots=True)
class Streamed:
    """A kind of report on a class that is made of a part for each submission."""

    files: str
    part: Callable[[Result, Job], Any]
    """A top-level function, and what it returns can be pickled."""
    joined: Callable[[Path], AbstractContextManager[Joined]]
    """Of the output folder. Raises UsageError, at its end at the latest."""


def write(results: Iterable[Result], folder: Path, reports: Sequence[Streamed], map_: Map = map) -> list[UsageError]:
    """Write reports; those that could not be written, and why."""
    running = [_Running(report, folder) for report in reports]
    with ExitStack() as stack:
        for each in running:
            stack.push(each.leave)
            each.enter()
        jobs = _jobs(results, running)
        make = partial(made, tuple(report.part for report in reports))
        for job, parts in _mapped(make, jobs, map_):
            for number, part in zip(job.wanted, parts, strict=True):
                running[number].add(job, part)
    return [each.failure for each in running if each.failure]


def write_one(results: Iterable[Result], folder: Path, report: Streamed, map_: Map = map) -> None:
    """Write a single report. Raises UsageError."""
    for failure in write(results, folder, [report], map_):
        raise failure


@contextmanager
def in_folder(path: Path, suffix: str) -> Iterator[Joined]:
    """Of documents, a file for each submission. Raises UsageError."""
    with files.filling(path, suffix) as folder:
        yield _Filling(folder)


def made(parts: Sequence[Callable[[Result, Job], Any]], batch: Sequence[Job]) -> list[list[Any]]:
    """The parts that are wanted of each result."""
    found = []
    for job in batch:
        result = job.unpack()
        found.append([parts[number](result, job) for number in job.wanted])
    return found


@dataclass(frozen=True, slots=True)
class _Filling:
    folder: files.Folder

    def wants(self, job: Job) -> bool:
        return not self.folder.is_current(job.stem, job.stamp)

    def add(self, job: Job, document: bytes) -> None:
        self.folder.write(job.stem, job.stamp, document)


# --- one by one ----------------------------------------------------------------------------------


class _Running:
    """A report that is being written, until something cannot be."""

    def __init__(self, report: Streamed, folder: Path) -> None:
        self._manager = report.joined(folder)
        self._joined: Joined | None = None
        self.failure: UsageError | None = None

    def enter(self) -> None:
        try:
            self._joined = self._manager.__enter__()
        except UsageError as error:
            self.failure = error

    def wants(self, job: Job) -> bool:
        return self._joined is not None and self._joined.wants(job)

    def add(self, job: Job, part: Any) -> None:
        if self._joined is None:
            return
        try:
            self._joined.add(job, part)
        except OSError as error:
            self.leave(type(error), error, error.__traceback__)
            if self.failure is None:
                raise

    def leave(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        """The end, or the exception that ends it."""
        if self._joined is None:
            return
        self._joined = None
        try:
            self._manager.__exit__(kind, error, trace)
        except UsageError as failure:
            self.failure = failure


def _jobs(results: Iterable[Result], running: Sequence[_Running]) -> Iterator[Job]:
    ids = results.ids() if isinstance(results, PackedResults) else (result.submission.id for result in results)
    stems, shown, before = files.names(ids), set[str](), ("", 0)
    for one in packed(results):
        before = (one.id, before[1] + 1 if before[0] == one.id else 1)
        again = f"~{before[1]}" if before[1] > 1 else ""  # of one id: none may take another's report
        job = Job(unique(one_line(one.id), shown), stems[one.id] + again, stamp(one), one.unpack)
        if wanted := tuple(number for number, each in enumerate(running) if each.wants(job)):
            yield replace(job, wanted=wanted)


def packed(results: Iterable[Result]) -> Iterator[Packed]:
    """Results as they are handed over; those that no store has are not told apart from others."""
    if isinstance(results, PackedResults):
        return results.packed()
    return (Packed(result.submission.id, b"", partial(_itself, result)) for result in results)


def _itself(result: Result) -> Result:
    return result


def unique(name: str, taken: set[str]) -> str:
    """The name, numbered where it is taken: two ids may look alike once they are made visible. It is then taken."""
    found = next(each for number in itertools.count(1) if (each := _numbered(name, number)) not in taken)
    taken.add(found)
    return found


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name} ({number})"


def _mapped(make: Callable[[list[Job]], list[list[Any]]], jobs: Iterator[Job], map_: Map) -> Iterator[tuple[Job, Any]]:
    """The parts of each job in order. While a window's are written, the next one's are made."""
    batches = iter(lambda: list(itertools.islice(jobs, BATCH)), [])
    windows = iter(lambda: list(itertools.islice(batches, WINDOW)), [])
    handed: tuple[list[list[Job]], Iterable[list[list[Any]]]] = ([], [])
    for window in itertools.chain(windows, [[]]):
        ahead = (window, map_(make, window))
        for batch, found in zip(*handed, strict=True):
            yield from zip(batch, found, strict=True)
        handed = ahead


# --- what it is made from ------------------------------------------------------------------------


def stamp(one: Packed) -> str:
    """A few letters: others whenever the result, or the grader's own files, are others; empty where nobody knows."""
    return hashlib.blake2b(one.key, key=_made_by(), digest_size=12).hexdigest() if one.key else ""


@cache
def _made_by() -> bytes:
    """Of every file of the grader: which of them make a page is not to be forgotten when one is added."""
    digest, root = hashlib.blake2b(grader.__version__.encode(), digest_size=32), Path(grader.__file__).parent
    for path in sorted(path for kind in ("py", "html", "css") for path in root.rglob(f"*.{kind}")):
        with suppress(OSError):
            digest.update(str(path.relative_to(root)).encode() + path.read_bytes())
    return digest.digest()
