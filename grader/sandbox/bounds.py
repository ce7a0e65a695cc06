"""How much a worker may use; sent with each fork command."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import ClassVar

OUT_OF_MEMORY = 71
"""Exit status of a worker that has not even the memory left to answer."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """`memory` in bytes on top of the zygote's own; `cpu_seconds` for the worker's whole life."""

    memory: int = 512 * 1024 * 1024
    cpu_seconds: int = 60

    _PACKED = struct.Struct("<QQ")
    SIZE: ClassVar[int] = _PACKED.size
    """Bytes of them, packed."""

    def pack(self) -> bytes:
        """As sent with a fork command."""
        return self._PACKED.pack(self.memory, self.cpu_seconds)

    @classmethod
    def unpack(cls, data: bytes) -> Bounds:
        """The other way round."""
        memory, cpu_seconds = cls._PACKED.unpack(data)
        return cls(memory, cpu_seconds)
