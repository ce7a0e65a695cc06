"""Zips written by hand, where `zipfile` is too honest to write them."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A member, right unless something is said about it."""

    name: str | bytes
    data: bytes = b"x = 1\n"
    method: int = 8
    flags: int = 0x800
    mode: int = 0o100644
    size: int | None = None
    """As claimed."""
    crc: int | None = None
    packed: bytes | None = None
    place: int | None = None
    """Where the directory says that it begins."""
    header: bytes | None = None
    """What stands there in place of its own header."""
    extra: bytes = b""
    time: tuple[int, int] = (0, 33)
    """DOS's clock and day: 1980-01-01."""

    @property
    def raw_name(self) -> bytes:
        return self.name if isinstance(self.name, bytes) else self.name.encode()


def zipped(parts: Sequence[Part], comment: bytes = b"", before: bytes = b"", count: int | None = None) -> bytes:
    """A zip of them."""
    body, directory = bytearray(before), bytearray()
    for part in parts:
        packed = part.packed if part.packed is not None else _packed(part)
        size = len(part.data) if part.size is None else part.size
        crc = zlib.crc32(part.data) if part.crc is None else part.crc
        place = len(body) - len(before) if part.place is None else part.place
        common = struct.pack("<HHHHIII", part.flags, part.method, *part.time, crc, len(packed), min(size, 0xFFFF_FFFF))
        name = part.raw_name
        directory += b"PK\x01\x02" + struct.pack("<HH", 0x031E, 20) + common
        directory += struct.pack("<HHHHHII", len(name), len(part.extra), 0, 0, 0, part.mode << 16, place)
        directory += name + part.extra
        header = b"PK\x03\x04" + struct.pack("<H", 20) + common + struct.pack("<HH", len(name), 0) + name
        body += (header if part.header is None else part.header) + packed
    number = len(parts) if count is None else count
    end = struct.pack("<HHHHIIH", 0, 0, number, number, len(directory), len(body) - len(before), len(comment))
    return bytes(body + directory + b"PK\x05\x06" + end + comment)


def _packed(part: Part) -> bytes:
    if part.method != 8:
        return part.data
    packing = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packing.compress(part.data) + packing.flush()
