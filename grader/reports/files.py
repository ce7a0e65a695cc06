"""Writes a report's file whole or not at all: a reader, or a run that is cut off, never leaves half of one."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from grader.errors import UsageError
from grader.reports.safe import file_stem

_OPENING, _CLOSING = b"<!-- written by attention-grader", b" -->"
OURS = _OPENING + _CLOSING
"""Begins our files of one submission each, so that only our own are ever removed."""
_PART = re.compile(r"\.[0-9a-f]{16}\.part")
_HEAD = 200
"""Bytes of a file among which it stands."""


@contextmanager
def replacing(path: Path, what: str = "the report") -> Iterator[BinaryIO]:
    """A file that takes its name only once it is complete. Raises UsageError when that cannot be.

    The temporary name is in the same folder, because a rename is atomic only within a filesystem.
    """
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    with saying_what_to_do(path, what):
        try:
            with part.open("xb") as file:
                yield file
            part.replace(path)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise


def sweep(folder: Path) -> None:
    """Remove what was half-written when a run was killed. Only for who has the folder for himself."""
    with saying_what_to_do(folder):
        for path in folder.glob(".*.part"):
            if _PART.fullmatch(path.name):
                path.unlink(missing_ok=True)


@contextmanager
def saying_what_to_do(path: Path, what: str = "the report") -> Iterator[None]:
    """Turn what the file system refuses into a sentence for the person who chose the folder."""
    try:
        yield
    except OSError as error:
        why = error.strerror or type(error).__name__
        advice = "free some space, or choose another place"
        raise UsageError(f"{path}: {what} could not be written ({why}); {advice}") from error


def names(ids: Iterable[str]) -> dict[str, str]:
    """Id → file name (no suffix) of all that is written for one submission, such as its page; ids in their order.

    The same whatever the order, and fit for every file system: see `safe.file_stem`.
    """
    all_ids = dict.fromkeys(ids)
    spelled = Counter(id_.lower() for id_ in all_ids)
    return {id_: file_stem(id_, spelled[id_.lower()] == 1) for id_ in all_ids}


class Folder:
    """Files of one submission each. One that cannot be written costs the others nothing; the end tells of it."""

    def __init__(self, path: Path, suffix: str) -> None:
        self._path, self._suffix = path, suffix
        self._seen: set[str] = set()
        self._failures: list[UsageError] = []

    def is_current(self, stem: str, stamp: str) -> bool:
        """Whether the file is there and was made from just this; if so it stays."""
        name = stem + self._suffix
        self._seen.add(name)
        return bool(stamp) and _marked(stamp) in _head(self._path / name)

    def write(self, stem: str, stamp: str, document: bytes) -> None:
        """The file of a submission, marked by what it was made from."""
        name = stem + self._suffix
        self._seen.add(name)
        try:
            with replacing(self._path / name) as file:
                file.write(document.replace(OURS, _marked(stamp), 1))
        except UsageError as error:
            self._failures.append(error)

    def remove_others(self) -> None:
        """Ours of submissions that are gone. Raises UsageError; also for what could not be written before."""
        with saying_what_to_do(self._path):
            for path in self._path.glob(f"*{self._suffix}"):
                if path.name not in self._seen and path.is_file() and _OPENING in _head(path):
                    path.unlink()
        if self._failures:
            more = f" (and {len(self._failures) - 1} more files of this folder)" if len(self._failures) > 1 else ""
            raise UsageError(f"{self._failures[0]}{more}")


@contextmanager
def filling(path: Path, suffix: str) -> Iterator[Folder]:
    """A folder in which each submission has a file, and none that is gone has one of ours. Raises UsageError."""
    with saying_what_to_do(path):
        path.mkdir(parents=True, exist_ok=True)
    sweep(path)
    folder = Folder(path, suffix)
    yield folder
    folder.remove_others()


def _marked(stamp: str) -> bytes:
    return _OPENING + (b" " + stamp.encode("ascii") if stamp else b"") + _CLOSING


def _head(path: Path) -> bytes:
    """The beginning of a file; empty where there is none."""
    try:
        with path.open("rb", buffering=0) as file:
            return file.read(_HEAD)
    except OSError:
        return b""
