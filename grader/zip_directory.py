"""The directory of a zip → its members, with caps; what is odd about one member is its own fault.

Written by hand because `zipfile` gives up on the whole file where one member is odd, reads a directory of any size, and
decompresses some methods without a bound. What is promised of a member here is not believed: `archives` checks it
against the bytes. (APPNOTE.TXT of PKWARE, 4.3: numbers are little-endian.)
"""

from __future__ import annotations

import re
import stat
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import BinaryIO

MOST_MEMBERS = 90_000
LARGEST_DIRECTORY = 64_000_000
MOST_PARTS = 16
"""Folders in folders: nobody needs more, and a name has room for 30,000."""
LONGEST_PART = 255
"""What file systems allow."""

ODD = re.compile(r"[/\\:]|^\.{0,2}$")

END = struct.Struct("<4s4xHHIIH")  # signature, members here, members, directory's size, its place, comment's length
END_64 = struct.Struct("<4s20xQQQQ")
LOCATOR_64 = struct.Struct("<4s4xQ4x")
MEMBER = struct.Struct("<4s4xHHHHIIIHHH4xII")
NOT_PLAIN, UTF_8 = 1 | 1 << 6, 1 << 11
STORED, DEFLATED = 0, 8
ENCRYPTED = "is encrypted"


class NoZip(Exception):
    """The file as a whole cannot be used; the message follows the file's name and says why."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file or folder in a zip; `fault` and `damage` say why it is not read, to stand after its name."""

    parts: tuple[str, ...]
    is_folder: bool
    raw_name: bytes
    method: int
    crc: int
    packed: int
    size: int
    place: int
    """Where it begins in the file."""
    written: int | tuple[int, int]
    """Seconds since 1970, or a day and a time of day as DOS has them."""
    fault: str = ""
    """Of the file or its name."""
    damage: str = ""
    """Of the zip."""

    @property
    def modified(self) -> float | None:
        """Seconds since 1970; None where there is no such day."""
        return float(self.written) if isinstance(self.written, int) else _local_time(*self.written)


def members(file: BinaryIO, size: int, most: int = MOST_MEMBERS) -> tuple[Member, ...]:
    """All members, in the directory's order. Raises NoZip, OSError."""
    data, count, shift = _directory(file, size)
    if count > most:
        raise NoZip(f"holds {count:,} files and folders; at most {most:,} are read")
    found: list[Member] = []
    for member in _parsed(data, shift):
        if len(found) >= most:
            raise NoZip(f"holds more than {most:,} files and folders")
        found.append(member if member.place < size else replace(member, damage="is cut off"))
    return _none_over_another(found)


def _directory(file: BinaryIO, size: int) -> tuple[bytes, int, int]:
    """The directory's bytes, how many members it claims, and by how many bytes all places are off."""
    at, (_, _, count, length, place, _) = _end(file, size)
    end = at
    file.seek(max(0, at - LOCATOR_64.size))
    signature, at_64 = LOCATOR_64.unpack(file.read(LOCATOR_64.size).ljust(LOCATOR_64.size))
    if signature == b"PK\x06\x07":  # more than 65,535 members or 4 GB
        end, (_, _, count, length, place) = _end_64(file, at_64, at - LOCATOR_64.size)
    if length > LARGEST_DIRECTORY:
        raise NoZip(f"has a directory of {length / 1e6:,.0f} MB; at most {LARGEST_DIRECTORY // 1_000_000} MB are read")
    start = end - length
    if start < 0 or place > start:
        raise NoZip("is damaged or cut off")
    file.seek(start)
    return file.read(length), count, start - place


def _end(file: BinaryIO, size: int) -> tuple[int, tuple[bytes, int, int, int, int, int]]:
    """Where the end record is, and what it says. It is the last one whose comment fits behind it."""
    file.seek(max(0, size - END.size - 0xFFFF))
    base, tail = file.tell(), file.read(END.size + 0xFFFF)
    at = tail.rfind(b"PK\x05\x06")
    while at >= 0:
        if at + END.size <= len(tail):
            record = END.unpack_from(tail, at)
            if at + END.size + record[5] <= len(tail):
                return base + at, record
        at = tail.rfind(b"PK\x05\x06", 0, at + 3)
    raise NoZip("is damaged or cut off" if _begins_like_a_zip(file) else "is no zip")


def _end_64(file: BinaryIO, said: int, locator: int) -> tuple[int, tuple[bytes, int, int, int, int]]:
    """Where the longer end record is, and what it says: just before its locator, or where that says."""
    for at in (locator - END_64.size, said):
        if 0 <= at < locator:
            file.seek(at)
            record = END_64.unpack(file.read(END_64.size).ljust(END_64.size))
            if record[0] == b"PK\x06\x06":
                return at, record
    raise NoZip("is damaged or cut off")


def _begins_like_a_zip(file: BinaryIO) -> bool:
    file.seek(0)
    return file.read(4) == b"PK\x03\x04"


def _parsed(data: bytes, shift: int) -> Iterator[Member]:
    at = 0
    while at + MEMBER.size <= len(data):
        record = MEMBER.unpack_from(data, at)
        name_at = at + MEMBER.size
        extra_at = name_at + record[8]
        at = extra_at + record[9] + record[10]
        if record[0] != b"PK\x01\x02" or at > len(data):
            raise NoZip("is damaged or cut off")
        yield _member(record, data[name_at:extra_at], data[extra_at : extra_at + record[9]], shift)
    if at != len(data):
        raise NoZip("is damaged or cut off")


def _member(record: tuple[int, ...], raw_name: bytes, extra: bytes, shift: int) -> Member:
    _, flags, method, clock, day, crc, packed, size, _, _, _, attributes, place = record
    written, intact = None, True
    if extra or 0xFFFF_FFFF in (size, packed, place):
        (size, packed, place), written, intact = _extras(extra, (size, packed, place))
    parts, fault = _placed(_decoded(raw_name, flags))
    damage = ""
    kind = stat.S_IFMT(attributes >> 16)
    if kind == stat.S_IFLNK:
        fault = "is a link to another file; hand in the file itself"
    elif kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        fault = "is no regular file"
    if flags & NOT_PLAIN:
        damage = ENCRYPTED
    elif not intact:
        damage = "is damaged"
    elif method not in (STORED, DEFLATED):
        damage = f"is compressed in a way that is not read here (method {method})"
    is_folder = raw_name.endswith((b"/", b"\\"))
    when = (day, clock) if written is None else written
    return Member(parts, is_folder, raw_name, method, crc, packed, size, place + shift, when, fault, damage)


def _extras(extra: bytes, short: tuple[int, int, int]) -> tuple[tuple[int, int, int], int | None, bool]:
    """Sizes and place where they need 64 bits, the time in UTC if it stands there, and whether all was sound."""
    values, written, at = list(short), None, 0
    wanted = [index for index, value in enumerate(short) if value == 0xFFFF_FFFF]
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        body = extra[at + 4 : at + 4 + length]
        at += 4 + length
        if kind == 1:
            for index, (value,) in zip(wanted, struct.iter_unpack("<Q", body[: len(body) // 8 * 8]), strict=False):
                values[index] = value
        elif kind == 0x5455 and len(body) >= 5 and body[0] & 1:
            (written,) = struct.unpack_from("<i", body, 1)
    sound = at <= len(extra) and all(values[index] != 0xFFFF_FFFF for index in wanted)
    return (values[0], values[1], values[2]), written, sound


def _decoded(raw: bytes, flags: int) -> str:
    """Many programs write UTF-8 without saying so; what is none is of the days of DOS."""
    if flags & UTF_8:
        return raw.decode("utf-8", "surrogateescape")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp437")


def _placed(name: str) -> tuple[tuple[str, ...], str]:
    """Where a member belongs, whatever its name would like, and what is wrong with the name."""
    if len(name) <= LONGEST_PART and not ODD.search(name):
        return (name,), ""
    path = name.replace("\\", "/")
    parts = path.split("/", MOST_PARTS + 1)
    fault = ""
    if path.startswith("/") or re.match("[A-Za-z]:", path) or ".." in parts:
        fault = "has a name that leads out of the zip; hand in an ordinary zip"
    kept = [part for part in parts[:MOST_PARTS] if part not in ("", ".", "..")]
    if len(parts) > MOST_PARTS:
        fault = f"lies deeper than {MOST_PARTS} folders; hand in fewer"
    if any(len(part) > LONGEST_PART for part in kept):
        kept = [part if len(part) <= LONGEST_PART else f"{part[:200]}…" for part in kept]
        fault = f"has a name of more than {LONGEST_PART} characters; give it a shorter one"
    return tuple(kept), fault


def _local_time(day: int, clock: int) -> float | None:
    """DOS's time, which has no zone: that of this machine is taken."""
    try:
        moment = datetime(  # noqa: DTZ001  # this is where it gets its zone
            1980 + (day >> 9), day >> 5 & 15, day & 31, clock >> 11, clock >> 5 & 63, clock % 32 * 2
        )
        return moment.astimezone(UTC).timestamp()
    except (ValueError, OverflowError, OSError):  # there is no such day
        return None


def _none_over_another(found: list[Member]) -> tuple[Member, ...]:
    """Members that share bytes make a small file a large one: all but the first are at fault."""
    free = 0
    over = set()
    for index in sorted(range(len(found)), key=lambda each: found[each].place):
        member = found[index]
        if member.place < free:
            over.add(index)
        free = max(free, member.place + 30 + len(member.raw_name) + member.packed)
    why = "shares its bytes with another file"
    return tuple(replace(each, damage=why) if index in over else each for index, each in enumerate(found))
