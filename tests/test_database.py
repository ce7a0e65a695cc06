"""The file of a store: whose it is, who has it, and what is said when it cannot be used. None is ever overwritten."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader import database, mounts
from grader.database import APPLICATION, MIGRATIONS, connect, transaction
from grader.errors import GraderError, OutputError, UsageError

ROOT = Path(__file__).parent.parent


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / database.NAME


@contextlib.contextmanager
def foreign(path: Path) -> Iterator[sqlite3.Connection]:
    """The file as any program sees it."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def made(path: Path, rows: int = 0) -> Path:
    """A database of ours, closed."""
    with contextlib.closing(connect(path, create=True)) as connection, transaction(path, connection):
        for number in range(rows):
            connection.execute("INSERT INTO results VALUES (?, ?)", (f"s{number:04d}", os.urandom(2000)))
    return path


def refusal(path: Path, kind: type[GraderError] = UsageError, create: bool = True) -> str:
    """Why a file is refused; it is as it was, and so is its folder."""
    before = path.read_bytes() if path.is_file() else None
    there = sorted(each.name for each in path.parent.iterdir()) if path.parent.is_dir() else None
    with pytest.raises(kind) as caught:
        connect(path, create)
    assert (path.read_bytes() if path.is_file() else None) == before
    assert (sorted(each.name for each in path.parent.iterdir()) if path.parent.is_dir() else None) == there
    told = str(caught.value)
    assert told.startswith(str(path.parent))
    return told.removeprefix(str(path))


# --- ours ----------------------------------------------------------------------------------------


def test_a_new_one_is_marked_as_ours_and_is_there_when_it_is_opened_again(path: Path) -> None:
    made(path, rows=3)
    with contextlib.closing(connect(path, create=False)) as connection:
        assert connection.execute("SELECT count(*) FROM results").fetchone() == (3,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    with foreign(path) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION,)
        assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
    assert [each.name for each in path.parent.iterdir()] == [path.name]  # no -wal, no -shm


def test_an_empty_file_becomes_one(path: Path) -> None:
    path.write_bytes(b"")
    made(path, rows=1)


def test_what_is_there_is_made_only_where_that_is_asked_for(path: Path) -> None:
    assert "grader grade" in refusal(path, create=False)
    assert refusal(path.parent / "no" / path.name, create=False).endswith("no: is no folder")


def test_an_older_one_is_brought_up_to_date(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(path, rows=2)
    more = ("ALTER TABLE results ADD COLUMN more TEXT NOT NULL DEFAULT 'old'", "CREATE TABLE extra (id TEXT)")
    monkeypatch.setattr(database, "MIGRATIONS", (*MIGRATIONS, more))
    for _ in range(2):  # once, though it is opened twice
        with contextlib.closing(connect(path, create=False)) as connection:
            assert connection.execute("SELECT DISTINCT more FROM results").fetchall() == [("old",)]
            assert connection.execute("PRAGMA user_version").fetchone() == (2,)


def test_one_that_cannot_be_brought_up_to_date_is_as_it_was(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made(path, rows=2)
    wrong = ("CREATE TABLE extra (id TEXT)", "CREATE TABLE extra (id TEXT)")
    with monkeypatch.context() as patch:
        patch.setattr(database, "MIGRATIONS", (*MIGRATIONS, wrong))
        with pytest.raises(UsageError, match="already exists"):
            connect(path, create=False)
    with contextlib.closing(connect(path, create=False)) as connection:
        assert connection.execute("SELECT count(*) FROM results").fetchone() == (2,)
        assert connection.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'extra'").fetchone() == (0,)


def test_a_newer_one_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(database, "MIGRATIONS", (*MIGRATIONS, ("CREATE TABLE extra (id TEXT)",)))
        made(path)
    assert "newer grader" in refusal(path)


def insert_and_fail(path: Path, connection: sqlite3.Connection) -> None:
    """A transaction that comes to nothing."""
    with transaction(path, connection):
        connection.execute("INSERT INTO results VALUES ('a', x'00')")
        raise UsageError("ids differ")


def test_a_transaction_is_done_wholly_or_not_at_all(path: Path) -> None:
    with contextlib.closing(connect(path, create=True)) as connection:
        with pytest.raises(UsageError, match="ids differ"):
            insert_and_fail(path, connection)
        assert connection.execute("SELECT count(*) FROM results").fetchone() == (0,)
        with transaction(path, connection):  # and the next one is none the worse
            connection.execute("INSERT INTO results VALUES ('a', x'00')")
        assert connection.execute("SELECT count(*) FROM results").fetchone() == (1,)


# --- other people's ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE books (id)"],
        ["CREATE TABLE books (id)", "PRAGMA application_id = 7"],
        ["CREATE TABLE books (id)", f"PRAGMA user_version = {len(MIGRATIONS)}"],
        ["PRAGMA application_id = 7"],
        ["PRAGMA user_version = 9"],
    ],
    ids=["tables", "mark and tables", "our version", "a mark alone", "a version alone"],
)
def test_another_programs_database_is_left_alone(path: Path, statements: list[str]) -> None:
    with foreign(path) as connection:
        for statement in statements:
            connection.execute(statement)
    assert "belongs to another program" in refusal(path)


@pytest.mark.parametrize("data", [b"id,points\n", b"\0" * 4096, b"SQLite format 2\0", b"S"], ids=repr)
def test_what_is_no_database_is_left_alone(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    assert "no database of results; it is left as it is" in refusal(path)
    assert "no database" in refusal(path, create=False)


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo], ids=["folder", "pipe"])
def test_what_is_no_file_is_left_alone(path: Path, make: Callable[[Path], None]) -> None:
    make(path)  # to open a pipe would be to wait
    assert "cannot be read (no regular file); choose another --out" in refusal(path)


def test_a_link_is_followed(path: Path) -> None:
    (path.parent / "elsewhere").mkdir()
    path.symlink_to(made(path.parent / "elsewhere" / "kept.db", rows=1))
    with contextlib.closing(connect(path, create=False)) as connection:
        assert connection.execute("SELECT count(*) FROM results").fetchone() == (1,)
    assert path.is_symlink()


def test_a_network_file_system_is_refused_also_behind_a_link(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    far = path.parent / "far"
    far.mkdir()
    (path.parent / "mounts").write_text(f"1 0 0:1 / {far.resolve()} rw - nfs4 x rw\n")
    monkeypatch.setattr(mounts, "MOUNTS", path.parent / "mounts")
    assert "not safe on a network file system (nfs4)" in refusal(far / path.name)
    path.symlink_to(far / path.name)
    assert "(nfs4)" in refusal(path)
    made(path.parent / "near.db")


# --- damaged -------------------------------------------------------------------------------------


def read_all(path: Path) -> None:
    """Look at every row."""
    with contextlib.closing(connect(path, create=True)) as connection, database.telling(path):
        connection.execute("SELECT sum(length(packed)) FROM results").fetchall()


def broken(path: Path) -> str:
    """What reading all of a damaged database comes to, from opening it on; it is as it was."""
    before = path.read_bytes()
    with pytest.raises(UsageError) as caught:
        read_all(path)
    assert path.read_bytes() == before
    return str(caught.value)


@pytest.mark.parametrize("how", ["truncated", "pages in the middle", "the first page", "only its first line"])
def test_one_that_is_damaged_is_said_to_be_and_left_as_it_is(path: Path, how: str) -> None:
    data = made(path, rows=200).read_bytes()
    damaged = {
        "truncated": data[: len(data) // 2],
        "pages in the middle": data[:8192] + b"\xff" * (len(data) - 12288) + data[-4096:],
        "the first page": data[:100] + b"\xff" * 3996 + data[4096:],
        "only its first line": data[:16],
    }[how]
    path.write_bytes(damaged)
    assert "the database is damaged" in broken(path)
    assert "move it away" in broken(path)


# --- in use, not to be written -------------------------------------------------------------------

HOLD = """
import sys
from pathlib import Path
from grader.database import connect
connection = connect(Path(sys.argv[1]), create=True)
print("held", flush=True)
sys.stdin.read()
"""


def test_while_another_process_has_it_nobody_else_does_and_its_end_however_it_comes_frees_it(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    for rows in (0, 1):  # a new one, and one that is there
        command = [sys.executable, "-c", HOLD, str(path)]
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
            assert other.stdout is not None
            assert other.stdout.readline() == b"held\n"
            with pytest.raises(UsageError, match="another grader is at work on these results"):
                connect(path, create=True)
            other.kill()
        made(path, rows)


LIMITED = """
import resource, signal, sys
from pathlib import Path
from grader.database import connect, transaction
from grader.errors import OutputError
path = Path(sys.argv[1])
connection = connect(path, create=True)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
for number in range(1000):
    try:
        with transaction(path, connection):
            connection.execute("INSERT INTO results VALUES (?, ?)", (str(number), bytes(5000)))
    except OutputError as error:
        print(error)
        break
    print(number)
print(connection.execute("SELECT count(*) FROM results").fetchone()[0])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit")
def test_a_full_disk_costs_nothing_that_was_finished(path: Path) -> None:
    command = [sys.executable, "-c", LIMITED, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    *finished, told, readable = done.stdout.splitlines()
    assert "what was finished before is kept: free some space" in told, done.stdout + done.stderr
    assert 10 < len(finished) == int(readable) < 1000
    with contextlib.closing(connect(path, create=False)) as connection:
        assert connection.execute("SELECT count(*) FROM results").fetchone() == (len(finished),)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_database_that_is_full_says_so_and_has_what_it_had(path: Path) -> None:
    made(path, rows=5)
    with contextlib.closing(connect(path, create=False)) as connection:
        connection.execute("PRAGMA max_page_count = 1")  # as many as it has
        with pytest.raises(OutputError, match="full"), transaction(path, connection):
            connection.execute("INSERT INTO results VALUES ('x', ?)", (bytes(100_000),))
        assert connection.execute("SELECT count(*) FROM results").fetchone() == (5,)


OPEN = """
import sys
from pathlib import Path
from grader.database import connect
from grader.errors import GraderError
for name in sys.argv[1:]:
    try:
        connect(Path(name), create=True)
    except GraderError as error:
        print(type(error).__name__, error)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="becomes another user as Linux does")
def test_what_may_not_be_written_is_named(path: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cases = {"file": folder / "a" / path.name, "folder": folder / "b" / path.name, "new": folder / "c" / path.name}
        for place in cases.values():
            place.parent.mkdir()
        shutil.copy(made(path, rows=1), cases["file"])
        shutil.copy(path, cases["folder"])
        cases["file"].parent.chmod(0o777)
        cases["file"].chmod(0o444)
        cases["folder"].chmod(0o666)
        for place in (cases["folder"], cases["new"]):
            place.parent.chmod(0o555)
        folder.chmod(0o755)
        become = [sys.executable, "-m", "tests.ordinary_user"] if os.geteuid() == 0 else []
        command = [*become, sys.executable, "-c", OPEN, *map(str, cases.values())]
        kept = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE")}
        environment = kept | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        told = done.stdout.splitlines()
        assert len(told) == 3, done.stdout + done.stderr
        for line, place in zip(told, cases.values(), strict=True):
            assert line.startswith(f"UsageError {place}: results cannot be written here")
            assert line.endswith("choose another --out")
        for place in (cases["folder"], cases["new"]):
            place.parent.chmod(0o755)
