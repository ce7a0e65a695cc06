"""A path → a Submission: its code files' bytes, read with caps and without following what a student controls.

A submission is data here. What cannot be graded for a reason of the student's (too large, empty, a link) is its
`problem`; what the machine cannot read (no permission) is `unreadable` and leaves it ungraded.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import re
import stat
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from grader.model import SourceFile, Submission

CODE = (".py", ".ipynb")
LARGEST = {".py": 1_000_000, ".ipynb": 20_000_000}
LARGEST_TOTAL = 32_000_000
MOST_FILES = 50
MOST_SEARCHED = 2000
DEEPEST = 6
UNSHOWN = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode's classes of control characters, lone surrogates, and ends of lines and paragraphs."""

LEFT_OUT = frozenset({"__pycache__", "__MACOSX", "node_modules", "venv", "site-packages"})


@dataclass(frozen=True)
class Entry:
    """Something to grade: a file or a folder of one student's."""

    id: str
    student: str
    path: Path


class Refused(Exception):
    """A file that is not read; the message is for the student."""


def is_code(path: Path) -> bool:
    """Whether a file's name says that it is a module or a notebook."""
    return path.suffix.lower() in CODE


def is_left_out(name: str) -> bool:
    """Hidden files, checkpoints, caches, virtual environments."""
    return name.startswith(".") or name in LEFT_OUT


def read_submission(entry: Entry, among: frozenset[str] | None = None) -> Submission:
    """Never raises: what is wrong stands in the submission. `among`: those files of a folder alone."""
    try:
        files, left_out = _files(entry.path, among)
    except Refused as refused:
        return _submission(entry, (), problem=str(refused))
    except OSError as error:
        why = f"{entry.id}: cannot be read ({error.strerror or error}); give the grader permission and grade it again"
        return _submission(entry, (), unreadable=why)
    if not files:
        return _submission(entry, (), problem=left_out[0] if left_out else f"{entry.id} holds no .py or .ipynb file")
    if not any(file.data.strip() for file in files):
        return _submission(entry, files, problem=f"{entry.id} is empty: there is no code in it")
    return replace(_submission(entry, files), left_out=left_out)


def read_reference(path: Path) -> Submission:
    """The staff solution as a submission."""
    return read_submission(Entry(f"{path.parent.name}/{path.name}", "reference", path))


def _submission(entry: Entry, files: tuple[SourceFile, ...], problem: str = "", unreadable: str = "") -> Submission:
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{len(file.name)}:{len(file.data)}:{file.name}".encode())
        digest.update(file.data)
    return Submission(entry.id, entry.student, entry.id, files, digest.hexdigest(), problem, unreadable)


def _files(path: Path, among: frozenset[str] | None) -> tuple[tuple[SourceFile, ...], tuple[str, ...]]:
    """The files, and why others of a folder are left out: one that is odd must not cost a right one its points."""
    whole = plain_name(path.name)
    if not stat.S_ISDIR(path.lstat().st_mode):
        return (SourceFile(whole, _read(path, whole)),), ()
    files, left_out = [], []
    named = (entry for entry in _walk(path, "", 0) if among is None or entry[0] in among)
    for number, (name, file) in enumerate(named):
        if number >= MOST_FILES:
            raise Refused(f"{whole} holds more than {MOST_FILES} code files; hand in only what is asked for")
        try:
            files.append(SourceFile(name, _read(file, name)))
        except Refused as refused:
            left_out.append(str(refused))
        if sum(len(file.data) for file in files) > LARGEST_TOTAL:
            raise Refused(f"{whole} holds more than {LARGEST_TOTAL // 1_000_000} MB of code and notebooks")
    return tuple(files), tuple(left_out)


def holds_too_many(path: Path) -> bool:
    """Whether a folder has more code files than are read: most likely it is no submission."""
    with contextlib.suppress(OSError):  # `read_submission` says why
        return path.is_dir() and any(n >= MOST_FILES for n, _ in enumerate(_walk(path, "", 0)))
    return False


def mentioning(path: Path, names: Iterable[str]) -> frozenset[str]:
    """Of a folder with too many code files, such as a repository, those that mention one of the names.

    And the files beside them, where these are not too many as well. Nothing is parsed.
    """
    words = re.compile(rb"\b(?:" + b"|".join(re.escape(name.encode()) for name in names) + rb")\b")
    walked = list(itertools.islice(_walk(path, "", 0), MOST_SEARCHED))
    found = frozenset(name for name, file in walked if _mentions(file, name, words))
    folders = {name.rpartition("/")[0] for name in found}
    beside = frozenset(name for name, _ in walked if name.rpartition("/")[0] in folders)
    return beside if len(beside) <= MOST_FILES else found


def _mentions(path: Path, name: str, words: re.Pattern[bytes]) -> bool:
    with contextlib.suppress(Refused, OSError):
        return words.search(_read(path, name)) is not None
    return False


def plain_name(name: str) -> str:
    """A name that can be shown and cross the wire: bytes that are no UTF-8, and ends of lines, as escapes."""
    shown = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(c.encode("unicode_escape").decode() if unicodedata.category(c) in UNSHOWN else c for c in shown)


def _walk(folder: Path, prefix: str, depth: int) -> Iterator[tuple[str, Path]]:
    if depth > DEEPEST:
        return
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        path = folder / entry.name
        if is_left_out(entry.name):
            continue
        if entry.is_dir(follow_symlinks=False):
            if not (path / "pyvenv.cfg").exists():
                yield from _walk(path, f"{prefix}{plain_name(entry.name)}/", depth + 1)
        elif is_code(path):
            yield prefix + plain_name(entry.name), path


def _read(path: Path, name: str) -> bytes:
    """The bytes of a regular file. Raises Refused, OSError."""
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        raise Refused(f"{name} is a link to another file; hand in the file itself")
    if not stat.S_ISREG(mode):  # opening a device may be felt
        raise Refused(f"{name} is no regular file")
    largest = LARGEST.get(path.suffix.lower(), LARGEST[".py"])
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    flags |= getattr(os, "O_BINARY", 0)  # Windows would change ends of lines, and stop at a Ctrl-Z
    with os.fdopen(os.open(path, flags), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):  # it is another one by now
            raise Refused(f"{name} is no regular file")
        data = file.read(largest + 1) if status.st_size <= largest else None
    if data is None or len(data) > largest:
        size = f"{status.st_size / 1e6:,.0f} MB" if status.st_size > 2e6 else f"{status.st_size:,} bytes"
        raise Refused(f"{name} is too large ({size}; at most {largest // 1_000_000} MB are graded)")
    return data
