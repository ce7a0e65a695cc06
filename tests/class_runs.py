"""`grader grade` of a whole class in a process of its own: ended at odd moments, and looked at from the outside."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from made_class import ASSIGNMENT, ROOT, MadeClass
from workers import eventually

from grader.sandbox import kernel

GROUPS = Path("/sys/fs/cgroup")


@dataclass
class Run:
    """A command under way. Its temporary files have a folder of their own, `temporary`."""

    process: subprocess.Popen[str]
    out: Path
    temporary: Path
    _seen: int = field(default=-1)
    _changed: int = field(default=-1)

    def wait_for_rows(self, count: int, seconds: float = 600) -> bool:
        """Wait until about so many rows were stored; no: it ended before."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.process.poll() is not None:
                return False
            if self.rows() >= count:
                return True
            time.sleep(0.0005)
        raise AssertionError("no row was stored for so long")

    def rows(self) -> int:
        """About how many were stored up to now: as often as the log was seen to change."""
        at = 0
        with suppress(FileNotFoundError):
            at = (self.out / "results.db-wal").stat().st_mtime_ns
        if at != self._changed:
            self._changed = at
            self._seen += 1
        return self._seen

    def end(self, number: int) -> tuple[int, str, str]:
        """Send a signal to this process alone; exit code, stdout, stderr."""
        self.process.send_signal(number)
        return self.finished()

    def finished(self) -> tuple[int, str, str]:
        """Exit code, stdout, stderr."""
        shown, said = self.process.communicate(timeout=3600)
        return self.process.returncode, shown, said


def command(made: MadeClass, out: Path, *options: str) -> list[str]:
    """To grade a class."""
    words = ["grade", made.zip, "-a", ASSIGNMENT, "--roster", made.roster, "--out", out, "--jobs", 2, *options]
    return [sys.executable, "-m", "grader", *map(str, words)]


@contextmanager
def started(words: Sequence[str], out: Path, before: Callable[[], object] | None = None) -> Iterator[Run]:
    """A command, killed at the end if it still runs. `before` is called in its process first."""
    temporary = out.with_name(f"{out.name}.tmp")
    temporary.mkdir(exist_ok=True)
    process = subprocess.Popen(
        words,
        cwd=ROOT,
        env={**os.environ, "TMPDIR": str(temporary)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=before,  # noqa: PLW1509  # it sets a limit, and takes no lock
    )
    running = Run(process, out, temporary)
    running.rows()
    try:
        yield running
    finally:
        process.kill()
        process.communicate()


def run(words: Sequence[str], out: Path, before: Callable[[], object] | None = None) -> tuple[int, str, str]:
    """A command from beginning to end: exit code, stdout, stderr."""
    with started(words, out, before) as running:
        return running.finished()


# --- what is left behind -------------------------------------------------------------------------


@contextmanager
def orphans_come_here() -> Iterator[Callable[[], set[int]]]:
    """Meanwhile this process is the parent of whatever loses its own; the function tells of those that live."""
    before = _children()
    kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)

    def living() -> set[int]:
        orphans = _children() - before
        return {pid for pid in orphans if os.waitpid(pid, os.WNOHANG) == (0, 0)}

    try:
        yield living
    finally:
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 0)


def gone_after(living: Callable[[], set[int]]) -> float:
    """Seconds until nothing lives that was started; an AssertionError where it does not end."""
    began = time.monotonic()
    assert eventually(lambda: not living()), living()
    return time.monotonic() - began


def _children() -> set[int]:
    tasks = Path("/proc/self/task").glob("*/children")
    return {int(pid) for task in tasks for pid in task.read_text().split()}


def groups(judges: Iterable[int]) -> set[str]:
    """Control groups that these processes made."""
    kinds = [f"{above}grader-{judge}-*" for judge in judges for above in ("", "*/", "*/*/", "*/*/*/")]
    return {path.name for kind in kinds for path in GROUPS.glob(kind)}


# --- what was kept -------------------------------------------------------------------------------


def kept(out: Path) -> dict[str, tuple[str, bytes]]:
    """Id → when it was graded, and its result: bytes that hold how long it took, so no second judging makes the same.

    A copy is read, so that it is the next run that finds the log of the one that was killed.
    """
    with tempfile.TemporaryDirectory() as folder:
        for path in out.glob("results.db*"):
            shutil.copy(path, folder)
        connection = sqlite3.connect(Path(folder, "results.db"))
        try:
            if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'results'").fetchone():
                return {}
            query = "SELECT id, graded_at, packed FROM submissions JOIN results USING (id)"
            return {id_: (at, packed) for id_, at, packed in connection.execute(query)}
        finally:
            connection.close()


def results(out: Path) -> list[Any]:
    """What stands in results.jsonl, but for times, and for what was printed: demos print random numbers."""
    with (out / "results.jsonl").open(encoding="utf-8") as lines:
        return [_timeless(json.loads(line)) for line in lines]


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _timeless(each) for name, each in value.items() if name not in ("seconds", "output")}
    return [_timeless(each) for each in value] if isinstance(value, list) else value


def files(out: Path) -> set[str]:
    """All that is in a folder."""
    return {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}


def high_water(pid: int | str = "self") -> int:
    """The most memory, in bytes, that a process ever had; 0 once it has ended."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0
