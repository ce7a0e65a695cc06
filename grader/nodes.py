"""A file or a folder of what was handed in, on disk or in a zip, read with caps and without following links."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

CODE = (".py", ".ipynb")
LARGEST = {".py": 1_000_000, ".ipynb": 20_000_000}
LARGEST_ZIP = 50_000_000
UNSHOWN = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode's classes of control characters, lone surrogates, and ends of lines and paragraphs."""

LEFT_OUT = frozenset({"__pycache__", "__MACOSX", "node_modules", "venv", "site-packages"})
OTHER_ARCHIVES = (".7z", ".rar", ".tar", ".tgz", ".gz", ".bz2", ".xz")


class Refused(Exception):
    """A file that is not read, for a reason of the student's; the message is for him."""


class Damaged(Exception):
    """A file that was damaged on its way here, which is no student's fault; the message says what to do."""


class Node(Protocol):
    """A file or folder. `children` and `read` raise OSError where the machine does not give them."""

    @property
    def name(self) -> str:
        """The last part of its path, as it stands there."""

    @property
    def is_folder(self) -> bool:
        """A link to a folder is none."""

    def children(self) -> Sequence[Node]:
        """What a folder holds, sorted by name."""

    def holds(self, name: str) -> bool:
        """Whether a folder has a file or folder of that name."""

    def read(self, largest: int, shown: str) -> bytes:
        """At most that many bytes of a file, called `shown` where it is refused. Raises Refused, Damaged."""

    def modified(self) -> float | None:
        """The time of a file, in seconds since 1970, if one is known."""


def suffix(name: str) -> str:
    """Such as `.py`: the end of a name in small letters."""
    dot = name.rfind(".")
    return name[dot:].lower() if 0 < dot < len(name) - 1 and name[dot - 1] != "/" and "/" not in name[dot:] else ""


def is_code(name: str) -> bool:
    """Whether a file's name says that it is a module or a notebook."""
    return suffix(name) in CODE


def is_zip(name: str) -> bool:
    """Whether a file's name says that it is a zip."""
    return suffix(name) == ".zip"


def is_left_out(name: str) -> bool:
    """Hidden files, checkpoints, caches, virtual environments."""
    return name.startswith(".") or name in LEFT_OUT


def plain_name(name: str) -> str:
    """A name that can be shown and cross the wire: bytes that are no UTF-8, and ends of lines, as escapes."""
    if name.isascii() and name.isprintable():
        return name
    shown = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(c.encode("unicode_escape").decode() if unicodedata.category(c) in UNSHOWN else c for c in shown)


def largest_of(name: str) -> int:
    """How many bytes of a file are read at most, by its name."""
    return LARGEST_ZIP if is_zip(name) else LARGEST.get(suffix(name), LARGEST[".py"])


def too_large(shown: str, size: int, largest: int) -> Refused:
    """What is said of a file that has too many bytes."""
    amount = f"{size / 1e6:,.0f} MB" if size > 2e6 else f"{size:,} bytes"
    return Refused(f"{shown} is too large ({amount}; at most {largest // 1_000_000} MB are graded)")


@dataclass(frozen=True, slots=True)
class OnDisk:
    """A file or folder of this machine."""

    path: Path
    is_folder: bool

    @property
    def name(self) -> str:
        """The last part of its path."""
        return self.path.name

    def children(self) -> Sequence[OnDisk]:
        """What the folder holds, sorted by name. Raises OSError."""
        with os.scandir(self.path) as found:
            entries = sorted(found, key=lambda entry: entry.name)
        return [OnDisk(self.path / entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]

    def holds(self, name: str) -> bool:
        """Whether there is such a file or folder in it; where that may not be seen, there is none."""
        try:
            return (self.path / name).exists()
        except PermissionError:
            return False

    def read(self, largest: int, shown: str) -> bytes:
        """The bytes of a regular file. Raises Refused, OSError."""
        return read_regular(self.path, largest, shown)

    def modified(self) -> float | None:
        """When the file was written."""
        return self.path.lstat().st_mtime


def on_disk(path: Path) -> OnDisk:
    """What lies at a path. Raises OSError."""
    return OnDisk(path, stat.S_ISDIR(path.lstat().st_mode))


def read_regular(path: Path, largest: int, shown: str) -> bytes:
    """The bytes of a regular file, not through a link, without waiting. Raises Refused, OSError."""
    with open_regular(path, shown) as file:
        size = os.fstat(file.fileno()).st_size
        data = file.read(largest + 1) if size <= largest else None
    if data is None or len(data) > largest:
        raise too_large(shown, size, largest)
    return data


def open_regular(path: Path, shown: str) -> BinaryIO:
    """A regular file to read from; never a link, a device or a pipe. Raises Refused, OSError."""
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        raise Refused(f"{shown} is a link to another file; hand in the file itself")
    if not stat.S_ISREG(mode):  # opening a device may be felt
        raise Refused(f"{shown} is no regular file")
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    flags |= getattr(os, "O_BINARY", 0)  # Windows would change ends of lines, and stop at a Ctrl-Z
    file = os.fdopen(os.open(path, flags), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):  # it is another one by now
        file.close()
        raise Refused(f"{shown} is no regular file")
    return file
