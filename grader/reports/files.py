"""Writes a report's file whole or not at all: a reader, or a run that is cut off, never leaves half of one."""

from __future__ import annotations

import itertools
import secrets
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from grader.errors import UsageError
from grader.model import Result
from grader.reports.reading import by_id
from grader.reports.safe import file_stem

OURS = b"<!-- written by attention-grader -->"
"""Begins our files of one submission each, so that only our own are ever removed."""


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


def write_each(results: Sequence[Result], folder: Path, suffix: str, document: Callable[[Result], bytes]) -> None:
    """A file for each submission; ours of submissions that are gone are removed. Raises UsageError."""
    with saying_what_to_do(folder):
        folder.mkdir(parents=True, exist_ok=True)
    written: set[str] = set()
    stems = names(result.submission.id for result in results)
    for result in by_id(results):
        name = _free(stems[result.submission.id], suffix, written)
        written.add(name)
        with replacing(folder / name) as file:
            file.write(document(result))
    with saying_what_to_do(folder):
        for path in folder.glob(f"*{suffix}"):
            if path.name not in written and path.is_file() and _is_ours(path):
                path.unlink()


def _free(stem: str, suffix: str, taken: Container[str]) -> str:
    """A file name that no other submission of the same id has: none may take another's report."""
    names = (f"{stem}{f'~{number}' if number > 1 else ''}{suffix}" for number in itertools.count(1))
    return next(name for name in names if name not in taken)


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        return OURS in file.read(200)
