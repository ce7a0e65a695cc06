"""`results.db`: all that is known of a class, in one SQLite file. Every report is made from it.

A row per submission: what it is, what it came to, and (apart, because they are large) the judged result and the record
of what its workers answered. A row is written in one transaction once its submission is done, so whatever ends the
process loses only what was in flight. One process has the file at a time; SQLite's own lock says so, and goes with it.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from grader import records, rows
from grader.database import NAME, connect, damaged, telling, transaction
from grader.handin import Override, Student, SubmissionInfo
from grader.rows import COLUMNS, UNSETTLED, late_of
from grader.rows import Stored as Stored  # what a store is asked for


@dataclass(frozen=True, slots=True)
class About:
    """What all results of a store have in common."""

    assignment: str
    title: str
    points: float
    fingerprint: str
    """Of spec, reference, seed, versions and isolation: a result with another one is out of date."""
    spec_sha256: str
    seed: int
    dates: str = "{}"
    """The spec's dates and late policy, as JSON."""
    misconceptions: tuple[tuple[str, str], ...] = ()
    layout: str = ""
    shard: str = ""
    attempts: str = "latest"
    counts_mtime: bool = False
    roster: tuple[Student, ...] | None = None
    settled: str = ""
    """A digest of the dates and the roster that the points in all rows are up to date with."""
    parts: tuple[str, ...] = ()
    lacking: str = ""
    """Which parts were joined, such as 1/2; which are not there, in a sentence."""


@dataclass(frozen=True, slots=True)
class Kept:
    """All that is kept of a graded submission."""

    stored: Stored
    result: bytes
    record: bytes


@dataclass
class Store:
    """An open `results.db`. Whatever it cannot do is raised as UsageError or OutputError, with what to do."""

    path: Path
    _connection: sqlite3.Connection = field(repr=False)
    _must_report: bool = False

    @classmethod
    def open(cls, folder: Path, create: bool = False) -> Self:
        """The store of an output folder; nobody else has it meanwhile. Raises UsageError, OutputError."""
        return cls(folder / NAME, connect(folder / NAME, create))

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing."""
        try:
            with transaction(self.path, self._connection):
                yield
        except BaseException:
            self._must_report = False  # what was said inside is undone, too
            raise

    # --- about -----------------------------------------------------------------------------------

    @property
    def about(self) -> About | None:
        """What is said of all; None where nothing was graded yet."""
        with telling(self.path):
            row = self._connection.execute("SELECT packed FROM about").fetchone()
            return records.unpack(About, rows.packed(row[0])) if row else None

    def describe(self, about: About) -> None:
        """Say what all have in common."""
        if about != self.about:
            self._change("INSERT OR REPLACE INTO about VALUES (1, ?)", (records.pack(about),))

    # --- submissions -----------------------------------------------------------------------------

    def state(self, id_: str) -> tuple[str, str, str] | None:
        """A submission's sha256, fingerprint and status, as they were graded."""
        with telling(self.path):
            row = self._connection.execute(
                "SELECT sha256, fingerprint, status FROM submissions WHERE id = ?", (id_,)
            ).fetchone()
            return None if row is None else (rows.text(row[0]), rows.text(row[1]), rows.text(row[2]))

    def record(self, id_: str) -> bytes | None:
        """What its workers answered, packed."""
        with telling(self.path):
            row = self._connection.execute("SELECT packed FROM records WHERE id = ?", (id_,)).fetchone()
            return rows.packed(row[0]) if row else None

    def result(self, id_: str) -> bytes | None:
        """Its result as it was judged, packed."""
        with telling(self.path):
            row = self._connection.execute("SELECT packed FROM results WHERE id = ?", (id_,)).fetchone()
            return rows.packed(row[0]) if row else None

    def judged(self, id_: str) -> bytes:
        """The result of a submission that has a row. Raises UsageError: they are written together."""
        if (found := self.result(id_)) is None:
            raise damaged(self.path, f"the result of {id_} is missing")
        return found

    def put(self, kept: Kept) -> None:
        """Keep a graded submission, in one transaction."""
        self.must_report()
        with self.transaction():
            self._put(kept)

    def put_all(self, kept: Iterable[Kept]) -> None:
        """Keep many, or none of them."""
        self.must_report()
        with self.transaction():
            for each in kept:
                self._put(each)

    def _put(self, kept: Kept) -> None:
        one, run = kept.stored, self._connection.execute
        values = (one.fingerprint, one.status, one.raw_score, one.penalty, one.score, one.points, one.reason)
        row = (
            one.info.id,
            1,
            one.info.sha256,
            records.pack(one.info),
            *values,
            one.seconds,
            one.graded_at,
            late_of(one),
        )
        run(
            "INSERT OR REPLACE INTO submissions (id, present, sha256, info, fingerprint, status, raw_score, penalty, "
            f"score, points, reason, seconds, graded_at, late) VALUES ({', '.join('?' * len(row))})",
            row,
        )
        run("INSERT OR REPLACE INTO results VALUES (?, ?)", (one.info.id, kept.result))
        run("INSERT OR REPLACE INTO records VALUES (?, ?)", (one.info.id, kept.record))

    def put_result(self, stored: Stored, result: bytes) -> None:
        """Keep another result of the same answers; inside a transaction of the caller's."""
        self._put(replace(self.kept(stored), result=result))

    def kept(self, stored: Stored) -> Kept:
        """All that there is of a submission that has a row. Raises UsageError."""
        if (record := self.record(stored.info.id)) is None:
            raise damaged(self.path, f"the record of {stored.info.id} is missing")
        return Kept(stored, self.judged(stored.info.id), record)

    def refresh(self, info: SubmissionInfo) -> None:
        """Note how a submission came whose result is as it was; in the same moment, that its points may not be."""
        packed = records.pack(info)
        with telling(self.path):
            row = self._connection.execute("SELECT info, present FROM submissions WHERE id = ?", (info.id,)).fetchone()
        if row != (packed, 1):
            self._change(
                f"UPDATE submissions SET present = 1, info = ?, late = {UNSETTLED} WHERE id = ?", (packed, info.id)
            )

    def adjust(self, stored: Stored) -> None:
        """Note what a submission's points come to by now."""
        one = stored
        values = (one.status, one.raw_score, one.penalty, one.score, one.reason, late_of(one))
        with telling(self.path):
            row = self._connection.execute(
                "SELECT status, raw_score, penalty, score, reason, late FROM submissions WHERE id = ?", (one.info.id,)
            ).fetchone()
        if row != values:
            self._change(
                "UPDATE submissions SET status = ?, raw_score = ?, penalty = ?, score = ?, reason = ?, late = ? "
                "WHERE id = ?",
                (*values, one.info.id),
            )

    def only_present(self, ids: Iterable[str]) -> None:
        """These are in the folder, and no others: reports leave out what is gone, and nothing of it is lost."""
        there, known = set(ids), set(self.ids())
        gone = sorted(known - there)
        if gone:
            self.must_report()
        with self.transaction():
            self._connection.executemany("UPDATE submissions SET present = 0 WHERE id = ?", ((id_,) for id_ in gone))

    def rows(self) -> Iterator[Stored]:
        """A row for each submission that is there, by id."""
        with telling(self.path):
            for row in self._connection.execute(f"SELECT {COLUMNS} FROM submissions WHERE present ORDER BY id"):
                yield rows.stored(row)

    def ids(self) -> list[str]:
        """Of all that are there, in order."""
        with telling(self.path):
            found = self._connection.execute("SELECT id FROM submissions WHERE present ORDER BY id")
            return [rows.text(id_) for (id_,) in found]

    def has_unsettled(self) -> bool:
        """Whether `settle` has yet to work out the points of any of them."""
        with telling(self.path):
            query = f"SELECT 1 FROM submissions WHERE present AND late = {UNSETTLED} LIMIT 1"
            return self._connection.execute(query).fetchone() is not None

    # --- reports ---------------------------------------------------------------------------------

    def is_reported(self, key: str) -> bool:
        """Whether the reports that `key` stands for were all written since anything changed."""
        with telling(self.path):
            return bool(self._connection.execute("SELECT key FROM reported").fetchone() == (key,))

    def reported(self, key: str) -> None:
        """They are written."""
        with telling(self.path):
            self._connection.execute("INSERT OR REPLACE INTO reported VALUES (1, ?)", (key,))
        self._must_report = False

    def must_report(self) -> None:
        """Something changed: said before it does, so that nothing can come between."""
        if not self._must_report:
            with telling(self.path):
                self._connection.execute("DELETE FROM reported")
            self._must_report = True

    def _change(self, statement: str, values: Sequence[Any]) -> int:
        """Change something; how many rows it was."""
        self.must_report()
        with telling(self.path):
            return self._connection.execute(statement, values).rowcount

    # --- overrides -------------------------------------------------------------------------------

    def override(self, id_: str, override: Override) -> None:
        """Correct a submission by hand; a second correction of the same thing takes the place of the first."""
        row = (id_, override.case or "", override.points, override.reason, override.at)
        self._change("INSERT OR REPLACE INTO overrides VALUES (?, ?, ?, ?, ?)", row)

    def take_back(self, id_: str, case: str | None) -> bool:
        """Undo a correction; whether there was one."""
        return self._change("DELETE FROM overrides WHERE submission = ? AND case_id = ?", (id_, case or "")) > 0

    def overrides(self) -> dict[str, tuple[Override, ...]]:
        """All corrections, by submission."""
        found: dict[str, tuple[Override, ...]] = {}
        query = "SELECT submission, case_id, points, reason, at FROM overrides ORDER BY submission, case_id"
        with telling(self.path):
            for id_, case, points, reason, at in self._connection.execute(query):
                found[rows.text(id_)] = (*found.get(id_, ()), rows.override(points, reason, case, at))
        return found
