"""A zip is read in place: its members are nodes like those of a folder, and nothing is unpacked to disk.

A name never leads anywhere: it is a place in a tree that is built here. What is wrong with one member is said when that
member is read, and costs nobody else; what is wrong with the file as a whole is a NoZip.
"""

from __future__ import annotations

import io
import threading
import weakref
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from grader.nodes import Damaged, Node, Refused, is_left_out, plain_name, too_large
from grader.zip_directory import ENCRYPTED, STORED, Member, NoZip, members

MOST_INSIDE = 10_000
"""Files and folders in a zip of a student's."""
CHUNK = 65_536

_Damage = Callable[[str], Exception]


class _Bytes:
    """The file of a zip, open as long as a node of it is about; safe to read from several threads."""

    def __init__(self, file: BinaryIO, damage: _Damage) -> None:
        self._file = file
        self._lock = threading.Lock()
        self.damage = damage
        weakref.finalize(self, file.close)

    def at(self, place: int, count: int) -> bytes:
        """Fewer bytes where the file ends. Raises OSError."""
        with self._lock:
            self._file.seek(place)
            return self._file.read(count)


@dataclass(frozen=True, slots=True, eq=False)
class InZip:
    """A file or folder in a zip."""

    name: str
    is_folder: bool
    file: _Bytes
    member: Member | None = None
    """None: a folder that only stands in the names of what it holds."""
    inside: dict[tuple[str, bool], InZip] = field(default_factory=dict)

    def children(self) -> Sequence[InZip]:
        """What the folder holds, sorted by name."""
        return [node for _, node in sorted(self.inside.items())]

    def holds(self, name: str) -> bool:
        """Whether there is such a file or folder in it."""
        return (name, False) in self.inside or (name, True) in self.inside

    def modified(self) -> float | None:
        """When the file was written, as far as the zip says."""
        return self.member.modified if self.member else None

    def read(self, largest: int, shown: str) -> bytes:
        """The bytes of a file, which are what the directory promised. Raises Refused, Damaged, OSError."""
        member = self.member
        if member is None or member.is_folder:
            raise Refused(f"{shown} is a folder")
        if member.fault:
            raise Refused(f"{shown} {member.fault}")
        if member.damage:
            raise self.file.damage(f"{shown} {member.damage}")
        if member.size > largest:
            raise too_large(shown, member.size, largest)
        data = self._unpacked(member, largest)
        if data is None or len(data) != member.size or zlib.crc32(data) != member.crc:
            raise self.file.damage(f"{shown} is damaged")
        return data

    def _unpacked(self, member: Member, largest: int) -> bytes | None:
        """None where the bytes are not as the directory has it. No more is read or made than `largest` and a bit."""
        header = self.file.at(member.place, 30)
        if header[:4] != b"PK\x03\x04" or len(header) < 30:
            return None
        length, extra = int.from_bytes(header[26:28], "little"), int.from_bytes(header[28:30], "little")
        if self.file.at(member.place + 30, length) != member.raw_name:
            return None
        if member.packed > largest + largest // 100 + CHUNK:  # no honest compression makes a file larger
            return None
        packed = self.file.at(member.place + 30 + length + extra, member.packed)
        if len(packed) != member.packed:
            return None
        return packed if member.method == STORED else _inflated(packed, member.size + 1)


def _inflated(packed: bytes, most: int) -> bytes | None:
    """At most that many bytes, so that a promise which was too low is seen."""
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, most)
    except zlib.error:
        return None


def open_zip(path: Path) -> Node:
    """The folder that a zip of the staff's is, such as an LMS's download. Raises NoZip, OSError."""
    file = path.open("rb")
    try:
        found = members(file, path.stat().st_size)
        if any(each.damage == ENCRYPTED for each in found) and all(each.damage or each.is_folder for each in found):
            raise NoZip(f"{ENCRYPTED}; unpack it with its password, and grade the folder")
    except BaseException:
        file.close()
        raise
    return _tree(found, _Bytes(file, _of_the_download))


def zip_of_a_student(data: bytes, shown: str) -> Node:
    """The folder that a zip in a submission is. Raises Refused."""
    try:
        found = members(io.BytesIO(data), len(data), MOST_INSIDE)
    except NoZip as error:
        raise Refused(f"{shown} {error}; make the zip again, or hand in the files themselves") from None
    return looked_through(_tree(found, _Bytes(io.BytesIO(data), _of_the_student)))


def looked_through(folder: Node) -> Node:
    """Of a folder that holds one folder and nothing else, as the zip of a folder does, that one."""
    for _ in range(3):
        seen = [child for child in folder.children() if not is_left_out(child.name)]
        if len(seen) != 1 or not seen[0].is_folder:
            break
        folder = seen[0]
    return folder


def _of_the_download(sentence: str) -> Exception:
    return Damaged(f"{sentence} in the zip; download the zip again, and grade it again")


def _of_the_student(sentence: str) -> Exception:
    return Refused(f"{sentence} in its zip; make an ordinary zip, or hand in the files themselves")


def _tree(found: Sequence[Member], file: _Bytes) -> InZip:
    """A later member takes the place of an earlier one of the same name, as it does when a zip is unpacked."""
    root = InZip("", True, file)
    for member in found:
        if not member.parts:
            continue
        folder = root
        for part in member.parts[:-1]:
            name = plain_name(part)
            folder = folder.inside.setdefault((name, True), InZip(name, True, file))
        name = plain_name(member.parts[-1])
        if not member.is_folder:
            folder.inside[name, False] = InZip(name, False, file, member)
        elif (name, True) not in folder.inside:
            folder.inside[name, True] = InZip(name, True, file, member)
    return root
