"""When the last commit of a clone was made, read from its files: git itself is not started in a student's repository.

`git log` does what the repository's configuration says: it runs the program that `gpg.program` names where
`log.showSignature` is set, and fetches what is missing of a partial clone with whatever `core.sshCommand` or an `ext::`
address names. It also refuses repositories of another owner. A commit's time is six small reads.
"""

from __future__ import annotations

import contextlib
import re
import struct
import zlib
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import BinaryIO

from grader.nodes import OnDisk, Refused, open_regular, read_regular

LARGEST_REF = 4096
LARGEST_PACKED_REFS = 10_000_000
LARGEST_COMMIT = 1_000_000
MOST_PACKS = 50
MOST_DELTAS = 50

REF = re.compile(r"ref: (refs/(?:[\w.@+-]+/)*[\w.@+-]+)\s*", re.ASCII)
SHA = re.compile(r"[0-9a-f]{40}", re.ASCII)
COMMITTER = re.compile(rb"^committer [^\n]*> (\d{1,12}) ([+-])(\d\d)(\d\d)$", re.MULTILINE)
COMMIT, BY_PLACE, BY_NAME = 1, 6, 7


def last_commit(folder: Path) -> str | None:
    """The committer's time of HEAD (ISO 8601, in the committer's zone), or None. Never raises.

    It is what the student's computer said, as every date in git is.
    """
    with contextlib.suppress(OSError, Refused, ValueError, struct.error, zlib.error, IndexError, OverflowError):
        name = _head(folder / ".git")
        commit = _object(folder / ".git", name) if name else None
        if commit is not None and (match := COMMITTER.search(commit.partition(b"\n\n")[0])):
            seconds, sign, hours, minutes = match.groups()
            offset = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == b"-" else 1)
            return datetime.fromtimestamp(int(seconds), timezone(offset)).isoformat()
    return None


def _head(git: Path) -> str | None:
    head = read_regular(_real(git) / "HEAD", LARGEST_REF, "HEAD").decode("ascii")
    match = REF.fullmatch(head)
    if match is None:
        return _sha(head)
    *folders, last = match[1].split("/")
    if ".." not in match[1]:
        with contextlib.suppress(OSError, Refused):  # it may stand in packed-refs alone
            return _sha(read_regular(_real(git, *folders) / last, LARGEST_REF, last).decode("ascii"))
    packed = read_regular(git / "packed-refs", LARGEST_PACKED_REFS, "packed-refs").decode("utf-8", "replace")
    found = (line.partition(" ") for line in packed.splitlines())
    return next((_sha(sha) for sha, _, name in found if name == match[1]), None)


def _real(folder: Path, *parts: str) -> Path:
    """A folder, reached through folders alone. Raises Refused, OSError."""
    for part in ("", *parts):
        folder = folder / part
        if folder.is_symlink() or not folder.is_dir():
            raise Refused(f"{folder.name} is no folder")
    return folder


def _sha(text: str) -> str | None:
    return text.strip() if SHA.fullmatch(text.strip()) else None


def _object(git: Path, name: str) -> bytes | None:
    """A commit's text. Raises what is suppressed above."""
    with contextlib.suppress(OSError, Refused):
        loose = read_regular(_real(git, "objects", name[:2]) / name[2:], LARGEST_COMMIT, name)
        kind, _, text = _inflated(loose).partition(b"\0")
        return text if kind.startswith(b"commit ") else None
    packs = _real(git, "objects", "pack")
    indexes = [node.path for node in OnDisk(packs, True).children() if node.path.suffix == ".idx"]
    for index in indexes[:MOST_PACKS]:
        pack_file = index.with_suffix(".pack")
        with open_regular(index, index.name) as names, open_regular(pack_file, pack_file.name) as objects:
            pack = _Pack(names, objects)
            if (place := pack.place(bytes.fromhex(name))) is not None:
                kind_of, text = pack.at(place)
                return text if kind_of == COMMIT else None
    return None


def _inflated(packed: bytes) -> bytes:
    return zlib.decompressobj().decompress(packed, LARGEST_COMMIT)


class _Pack:
    """A pack and its index (version 2), of which only what is asked for is read."""

    def __init__(self, index: BinaryIO, pack: BinaryIO) -> None:
        self._index, self._pack = index, pack
        if self._index.read(8) != b"\xfftOc\x00\x00\x00\x02":
            raise ValueError("another version")

    def place(self, name: bytes) -> int | None:
        """Where an object begins."""
        low = self._number(8 + 4 * (name[0] - 1)) if name[0] else 0
        high, count = self._number(8 + 4 * name[0]), self._number(8 + 4 * 255)
        while low < high:
            middle = (low + high) // 2
            self._index.seek(1032 + 20 * middle)
            seen = self._index.read(20)
            if seen == name:
                place = self._number(1032 + 24 * count + 4 * middle)
                return place if place < 1 << 31 else None
            low, high = (middle + 1, high) if seen < name else (low, middle)
        return None

    def _number(self, at: int) -> int:
        self._index.seek(at)
        return int(struct.unpack(">I", self._index.read(4))[0])

    def at(self, place: int, deltas: int = 0) -> tuple[int, bytes]:
        """The kind of an object, and its bytes."""
        self._pack.seek(place)
        data = self._pack.read(LARGEST_COMMIT)
        kind, position = data[0] >> 4 & 7, 1
        while data[position - 1] & 128:
            position += 1
        if kind not in (BY_PLACE, BY_NAME):
            return kind, _inflated(data[position:])
        if deltas >= MOST_DELTAS:
            raise ValueError("too many deltas")
        if kind == BY_NAME:
            base, position = self.place(data[position : position + 20]), position + 20
        else:
            back, position = _distance(data, position)
            base = place - back
        if base is None or base < 0:
            raise ValueError("no base")
        delta = _inflated(data[position:])
        kind, text = self.at(base, deltas + 1)
        return kind, _changed(text, delta)


def _distance(data: bytes, at: int) -> tuple[int, int]:
    value = data[at] & 127
    while data[at] & 128:
        at += 1
        value = (value + 1 << 7) | data[at] & 127
        if value > 1 << 40:
            raise ValueError("too far")
    return value, at + 1


def _changed(base: bytes, delta: bytes) -> bytes:
    """What a delta makes of its base: copies from it, and new bytes."""
    at, made = 0, bytearray()
    for _ in range(2):  # two sizes, of which nothing is believed
        while delta[at] & 128:
            at += 1
        at += 1
    while at < len(delta):
        code, at = delta[at], at + 1
        if code & 128:
            numbers = []
            for bit in range(7):
                numbers.append(delta[at] if code >> bit & 1 else 0)
                at += code >> bit & 1
            start = int.from_bytes(bytes(numbers[:4]), "little")
            made += base[start : start + (int.from_bytes(bytes(numbers[4:]), "little") or 0x10000)]
        else:
            made += delta[at : at + code]
            at += code
        if len(made) > LARGEST_COMMIT:
            raise ValueError("too large")
    return bytes(made)
