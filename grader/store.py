"""`results.db`: all that is known of a class, in one SQLite file. Every report is made from it.

A row per submission: what it is, what it came to, and (apart, because they are large) the judged result and the record
of what its workers answered. A row is written in one transaction once its submission is done, so whatever ends the
process loses only what was in flight. One process has the file at a time; SQLite's own lock says so, and goes with it.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from grader import records
from grader.errors import OutputError, UsageError
from grader.handin import Override, Student, SubmissionInfo
from grader.mounts import network_filesystem

NAME = "results.db"
APPLICATION = 0x67726472
"""SQLite's application_id of our files: "grdr"."""
BUSY_SECONDS = 0.5

_TABLES = (
    "CREATE TABLE about (id INTEGER PRIMARY KEY CHECK (id = 1), packed BLOB NOT NULL)",
    """CREATE TABLE submissions (
        id TEXT PRIMARY KEY, present INTEGER NOT NULL, sha256 TEXT NOT NULL, fingerprint TEXT NOT NULL,
        info BLOB NOT NULL, status TEXT NOT NULL, raw_score REAL NOT NULL, penalty REAL NOT NULL, score REAL NOT NULL,
        points REAL NOT NULL, reason TEXT NOT NULL, seconds REAL NOT NULL, late INTEGER NOT NULL
    ) WITHOUT ROWID""",
    "CREATE TABLE results (id TEXT PRIMARY KEY, packed BLOB NOT NULL)",
    "CREATE TABLE records (id TEXT PRIMARY KEY, packed BLOB NOT NULL)",
    """CREATE TABLE overrides (
        submission TEXT NOT NULL, case_id TEXT NOT NULL, points REAL NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (submission, case_id)
    ) WITHOUT ROWID""",
)
MIGRATIONS: tuple[tuple[str, ...], ...] = (_TABLES,)
"""What makes version n + 1 of version n: a database's `user_version` counts those it has been through."""


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


@dataclass(frozen=True, slots=True)
class Stored:
    """A submission's row: what gradebooks need of it."""

    info: SubmissionInfo
    fingerprint: str
    status: str
    raw_score: float
    penalty: float
    score: float
    points: float
    reason: str
    seconds: float
    late: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """All that is kept of a graded submission."""

    stored: Stored
    result: bytes
    record: bytes


_COLUMNS = "info, fingerprint, status, raw_score, penalty, score, points, reason, seconds, late"


@dataclass
class Store:
    """An open `results.db`. Whatever it cannot do is raised as UsageError or OutputError, with what to do."""

    path: Path
    _connection: sqlite3.Connection = field(repr=False)

    @classmethod
    def open(cls, folder: Path, create: bool = False) -> Self:
        """The store of an output folder; nobody else has it meanwhile. Raises UsageError."""
        path = folder / NAME
        _must_be_ours(path, create)
        with _telling(path):
            connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            try:
                store = cls(path, connection)
                store._prepare()
            except BaseException:
                connection.close()
                raise
        return store

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _prepare(self) -> None:
        """Take the lock, and bring an older file up to date."""
        run = self._connection.execute
        run("PRAGMA locking_mode = EXCLUSIVE")
        (version,), (application,) = run("PRAGMA user_version").fetchone(), run("PRAGMA application_id").fetchone()
        (tables,) = run("SELECT count(*) FROM sqlite_schema").fetchone()
        if tables and application != APPLICATION:
            raise UsageError(f"{self.path}: this database belongs to another program; choose another --out")
        if version > len(MIGRATIONS):
            raise UsageError(f"{self.path}: it was made by a newer grader; bring this one up to date")
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = NORMAL")  # a transaction outlives the process; a power cut may take the last ones
        with self.transaction():
            for number in range(version, len(MIGRATIONS)):
                for statement in MIGRATIONS[number]:
                    run(statement)
            run(f"PRAGMA user_version = {len(MIGRATIONS)}")
            run(f"PRAGMA application_id = {APPLICATION}")

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing."""
        with _telling(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):  # a full disk has rolled back already
                    self._connection.execute("ROLLBACK")
                raise

    # --- about -----------------------------------------------------------------------------------

    @property
    def about(self) -> About | None:
        """What is said of all; None where nothing was graded yet."""
        with _telling(self.path):
            row = self._connection.execute("SELECT packed FROM about").fetchone()
            return records.unpack(About, row[0]) if row else None

    def describe(self, about: About) -> None:
        """Say what all have in common."""
        with _telling(self.path):
            self._connection.execute("INSERT OR REPLACE INTO about VALUES (1, ?)", (records.pack(about),))

    # --- submissions -----------------------------------------------------------------------------

    def state(self, id_: str) -> tuple[str, str, str] | None:
        """A submission's sha256, fingerprint and status, as they were graded."""
        with _telling(self.path):
            row = self._connection.execute(
                "SELECT sha256, fingerprint, status FROM submissions WHERE id = ?", (id_,)
            ).fetchone()
        return None if row is None else (row[0], row[1], row[2])

    def record(self, id_: str) -> bytes | None:
        """What its workers answered, packed."""
        with _telling(self.path):
            row = self._connection.execute("SELECT packed FROM records WHERE id = ?", (id_,)).fetchone()
        return row[0] if row else None

    def result(self, id_: str) -> bytes | None:
        """Its result as it was judged, packed."""
        with _telling(self.path):
            row = self._connection.execute("SELECT packed FROM results WHERE id = ?", (id_,)).fetchone()
        return row[0] if row else None

    def put(self, kept: Kept) -> None:
        """Keep a graded submission, in one transaction."""
        with self.transaction():
            self.put_within(kept)

    def put_within(self, kept: Kept) -> None:
        """The same inside a transaction of the caller's."""
        one, run = kept.stored, self._connection.execute
        values = (one.fingerprint, one.status, one.raw_score, one.penalty, one.score, one.points, one.reason)
        row = (one.info.id, 1, one.info.sha256, records.pack(one.info), *values, one.seconds, one.late)
        run(
            "INSERT OR REPLACE INTO submissions (id, present, sha256, info, fingerprint, status, raw_score, penalty, "
            f"score, points, reason, seconds, late) VALUES ({', '.join('?' * len(row))})",
            row,
        )
        run("INSERT OR REPLACE INTO results VALUES (?, ?)", (one.info.id, kept.result))
        run("INSERT OR REPLACE INTO records VALUES (?, ?)", (one.info.id, kept.record))

    def refresh(self, id_: str, info: SubmissionInfo) -> None:
        """Note how a submission came whose result is as it was."""
        with _telling(self.path):
            self._connection.execute(
                "UPDATE submissions SET present = 1, info = ? WHERE id = ?", (records.pack(info), id_)
            )

    def adjust(self, id_: str, raw_score: float, penalty: float, score: float, status: str, late: bool) -> None:
        """Note what a submission's points come to by now."""
        with _telling(self.path):
            self._connection.execute(
                "UPDATE submissions SET raw_score = ?, penalty = ?, score = ?, status = ?, late = ? WHERE id = ?",
                (raw_score, penalty, score, status, late, id_),
            )

    def only_present(self, ids: Iterable[str]) -> None:
        """These are in the folder, and no others: reports leave out what is gone, and nothing of it is lost."""
        with self.transaction():
            run = self._connection
            run.execute("CREATE TEMP TABLE IF NOT EXISTS found (id TEXT PRIMARY KEY)")
            run.execute("DELETE FROM found")
            run.executemany("INSERT OR IGNORE INTO found VALUES (?)", ((id_,) for id_ in ids))
            run.execute("UPDATE submissions SET present = id IN (SELECT id FROM found)")

    def rows(self) -> Iterator[Stored]:
        """A row for each submission that is there, by id."""
        with _telling(self.path):
            for info, *fields, late in self._connection.execute(
                f"SELECT {_COLUMNS} FROM submissions WHERE present ORDER BY id"
            ):
                yield _stored(info, fields, late)

    def ids(self) -> list[str]:
        """Of all that are there, in order."""
        with _telling(self.path):
            return [id_ for (id_,) in self._connection.execute("SELECT id FROM submissions WHERE present ORDER BY id")]

    # --- overrides -------------------------------------------------------------------------------

    def override(self, id_: str, override: Override) -> None:
        """Correct a submission by hand; a second correction of the same thing takes the place of the first."""
        row = (id_, override.case or "", override.points, override.reason, override.at)
        with _telling(self.path):
            self._connection.execute("INSERT OR REPLACE INTO overrides VALUES (?, ?, ?, ?, ?)", row)

    def take_back(self, id_: str, case: str | None) -> bool:
        """Undo a correction; whether there was one."""
        with _telling(self.path):
            done = self._connection.execute(
                "DELETE FROM overrides WHERE submission = ? AND case_id = ?", (id_, case or "")
            )
        return done.rowcount > 0

    def overrides(self) -> dict[str, tuple[Override, ...]]:
        """All corrections, by submission."""
        found: dict[str, tuple[Override, ...]] = {}
        query = "SELECT submission, case_id, points, reason, at FROM overrides ORDER BY submission, case_id"
        with _telling(self.path):
            for id_, case, points, reason, at in self._connection.execute(query):
                found[id_] = (*found.get(id_, ()), Override(points, reason, case or None, at))
        return found


def _stored(info: bytes, fields: Sequence[Any], late: int) -> Stored:
    return Stored(records.unpack(SubmissionInfo, info), *fields, bool(late))


def _must_be_ours(path: Path, create: bool) -> None:
    """Whether there is a file that can be opened as a store, or may be made. Raises UsageError."""
    try:
        with path.open("rb") as file:
            start = file.read(16)
    except FileNotFoundError:
        if not create:
            why = "is not there: `grader grade FOLDER --out` writes it" if path.parent.is_dir() else "is no folder"
            raise UsageError(f"{path if path.parent.is_dir() else path.parent}: {why}") from None
        start = b""
    except OSError as error:
        raise UsageError(f"{path}: the results cannot be read ({error.strerror})") from None
    if start and start != b"SQLite format 3\0":
        raise UsageError(f"{path}: this is no database of results; it is left as it is: choose another --out")
    if kind := network_filesystem(path.parent):
        raise UsageError(
            f"{path}: SQLite is not safe on a network file system ({kind}); choose a folder of this machine for --out "
            "and copy the reports when they are done"
        )


@contextlib.contextmanager
def _telling(path: Path) -> Iterator[None]:
    """What SQLite objects to as a sentence with what to do."""
    try:
        yield
    except records.Unreadable as error:
        raise UsageError(_damaged(path, str(error))) from None
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "") or ""
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise UsageError(
                f"{path}: another grader is at work on these results; wait until it is done, or choose another --out"
            ) from None
        if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            raise UsageError(_damaged(path, str(error))) from None
        if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
            raise UsageError(f"{path}: results cannot be written here ({error}); choose another --out") from None
        raise OutputError(
            f"{path}: results cannot be written ({error}); what was finished before is kept: free some space, and "
            "run it again"
        ) from None


def _damaged(path: Path, why: str) -> str:
    return (
        f"{path}: the database is damaged ({why}); it is left as it is: move it away (or put a copy back) and grade "
        "again"
    )
