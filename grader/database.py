"""The file of a store: opened by one process at a time, known by its mark, never overwritten when it is another's."""

from __future__ import annotations

import contextlib
import os
import shlex
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from grader import records
from grader.errors import OutputError, UsageError
from grader.mounts import network_filesystem
from grader.nodes import Refused, open_regular

NAME = "results.db"
APPLICATION = 0x67726472
"""SQLite's application_id of our files: "grdr"."""
BUSY_SECONDS = 0.5
_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_ERROR", "SQLITE_MISMATCH", "SQLITE_CONSTRAINT")
"""Our own statements have no errors: where there is one, a table or a column is not there."""

_TABLES = (
    "CREATE TABLE about (id INTEGER PRIMARY KEY CHECK (id = 1), packed BLOB NOT NULL)",
    """CREATE TABLE submissions (
        id TEXT PRIMARY KEY, present INTEGER NOT NULL, sha256 TEXT NOT NULL, fingerprint TEXT NOT NULL,
        info BLOB NOT NULL, status TEXT NOT NULL, raw_score REAL NOT NULL, penalty REAL NOT NULL, score REAL NOT NULL,
        points REAL NOT NULL, reason TEXT NOT NULL, seconds REAL NOT NULL, graded_at TEXT NOT NULL,
        late INTEGER NOT NULL
    ) WITHOUT ROWID""",
    "CREATE TABLE results (id TEXT PRIMARY KEY, packed BLOB NOT NULL)",
    "CREATE TABLE records (id TEXT PRIMARY KEY, packed BLOB NOT NULL)",
    "CREATE TABLE reported (id INTEGER PRIMARY KEY CHECK (id = 1), key TEXT NOT NULL)",
    """CREATE TABLE overrides (
        submission TEXT NOT NULL, case_id TEXT NOT NULL, points REAL NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (submission, case_id)
    ) WITHOUT ROWID""",
)
MIGRATIONS: tuple[tuple[str, ...], ...] = (_TABLES,)
"""What makes version n + 1 of version n: a database's `user_version` counts those it has been through."""


def connect(path: Path, create: bool) -> sqlite3.Connection:
    """The database, locked and up to date. Raises UsageError, OutputError."""
    _must_be_ours(path, create)
    with telling(path):
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            _prepare(path, connection)
        except BaseException:
            connection.close()
            raise
    return connection


@contextlib.contextmanager
def transaction(path: Path, connection: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing. Raises UsageError, OutputError."""
    with telling(path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):  # a full disk has rolled back already
                connection.execute("ROLLBACK")
            raise


def _prepare(path: Path, connection: sqlite3.Connection) -> None:
    """Take the lock, and bring an older file up to date."""
    run = connection.execute
    run("PRAGMA locking_mode = EXCLUSIVE")
    (version,), (application,) = run("PRAGMA user_version").fetchone(), run("PRAGMA application_id").fetchone()
    (tables,) = run("SELECT count(*) FROM sqlite_schema").fetchone()
    if application != APPLICATION and (tables or application or version):
        raise UsageError(f"{path}: this database belongs to another program; choose another --out")
    if version > len(MIGRATIONS):
        raise UsageError(f"{path}: it was made by a newer grader; bring this one up to date")
    run("PRAGMA journal_mode = WAL")
    run("PRAGMA synchronous = NORMAL")  # a transaction outlives the process; a power cut may take the last ones
    if version == len(MIGRATIONS):
        return  # nothing is written by opening it
    with transaction(path, connection):
        for number in range(version, len(MIGRATIONS)):
            for statement in MIGRATIONS[number]:
                run(statement)
        run(f"PRAGMA user_version = {len(MIGRATIONS)}")
        run(f"PRAGMA application_id = {APPLICATION}")


def _must_be_ours(path: Path, create: bool) -> None:
    """Whether there is a file that can be opened as a store, or may be made. Raises UsageError."""
    try:
        with open_regular(Path(os.path.realpath(path)), path.name) as file:  # a pipe would be waited for
            start = file.read(16)
    except FileNotFoundError:
        if not create:
            folder = path.parent
            writes = f"there are no results here: `grader grade FOLDER --out {shlex.quote(str(folder))}` writes them"
            raise UsageError(f"{folder}: {writes if folder.is_dir() else 'is no folder'}") from None
        start = b""
    except Refused:
        raise UsageError(f"{path}: the results cannot be read (no regular file); choose another --out") from None
    except OSError as error:
        raise UsageError(f"{path}: the results cannot be read ({error.strerror})") from None
    if start and start != b"SQLite format 3\0":
        raise UsageError(f"{path}: this is no database of results; it is left as it is: choose another --out")
    real = path.resolve()  # beside it SQLite writes its log
    for place in (real.parent, real):
        if place.exists() and not os.access(place, os.W_OK):
            raise UsageError(
                f"{path}: results cannot be written here ({place} may not be written); choose another --out"
            )
    if kind := network_filesystem(real.parent):
        raise UsageError(
            f"{path}: SQLite is not safe on a network file system ({kind}); choose a folder of this machine for --out "
            "and copy the reports when they are done"
        )


@contextlib.contextmanager
def telling(path: Path) -> Iterator[None]:
    """What SQLite objects to as a sentence with what to do."""
    try:
        yield
    except records.Unreadable as error:
        raise damaged(path, str(error)) from None
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "") or ""
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise UsageError(
                f"{path}: another grader is at work on these results; wait until it is done, or choose another --out"
            ) from None
        if name.startswith(_DAMAGED) or (not name and isinstance(error, sqlite3.OperationalError)):  # no UTF-8
            raise damaged(path, str(error)) from None
        if name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM", "SQLITE_AUTH")):
            raise UsageError(f"{path}: results cannot be written here ({error}); choose another --out") from None
        raise OutputError(
            f"{path}: results cannot be written ({error}); what was finished before is kept: free some space, and "
            "run it again"
        ) from None


def damaged(path: Path, why: str) -> UsageError:
    """What is said of a file that is ours by its mark, and does not hold what we write."""
    return UsageError(
        f"{path}: the database is damaged ({why}); it is left as it is: move it away (or put a copy back) and grade "
        "again"
    )
