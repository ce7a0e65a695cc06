"""What comes out of a worker, as it comes: the bytes of its answers, what it prints, and how it ended, in words."""

from __future__ import annotations

import os
import signal
import struct
from collections import deque
from collections.abc import Iterable

from grader import wire

NONCE = struct.Struct("<Q")


class Exchange:
    """Requests under way and the bytes of their answers, held to the rules of `wire`.

    Requests may be sent ahead; answers come in their order, each with its request's nonce.
    """

    def __init__(self) -> None:
        self._caps = wire.Caps()
        self._data = bytearray()
        self._nonces: deque[int] = deque()

    def request(self, bodies: Iterable[tuple[bytes, bytes]]) -> bytes:
        """The frames of some requests, now under way."""
        together = list(bodies)
        drawn = os.urandom(NONCE.size * len(together))  # at once: each time is a system call
        nonces = [nonce for (nonce,) in NONCE.iter_unpack(drawn)]
        self._nonces.extend(nonces)
        return b"".join(map(wire.frame, together, nonces))

    def feed(self, data: bytes) -> None:
        """Take bytes that came in. Raises WireError when no request is under way."""
        self._data += data
        if self._data and not self._nonces:
            raise wire.WireError("bytes that nobody asked for")

    def answer(self) -> wire.Message | None:
        """The next request's answer, once it is whole. Raises WireError."""
        size = wire.PREFIX.size
        if len(self._data) < size:
            return None
        header, payload, nonce = wire.parse_prefix(bytes(self._data[:size]), self._caps)
        if not self._nonces or nonce != self._nonces[0]:
            raise wire.WireError("an answer to another request")
        end = size + header + payload
        if len(self._data) < end:
            return None
        with memoryview(self._data) as view:  # a slice of the bytearray would be one more copy of a large answer
            parts = bytes(view[size : size + header]), bytes(view[size + header : end])
        del self._data[:end]
        message = wire.parse_body(*parts, nonce)
        self._nonces.popleft()
        if message.payload or (self._data and not self._nonces):
            raise wire.WireError("bytes after the answer")
        return message


PRINTED = b"\0\x1agrader: all that was printed before an answer\0\n"
"""What a spawned worker prints before each answer: two threads listen to it, and neither knows how far the other is."""


class Printed:
    """What was printed since `take` was last called, up to a cap, and whether it is a flood."""

    KEPT = 64 * 1024
    FLOOD = 16 * 1024 * 1024
    """Bytes of output after which a worker is ended."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._count = 0

    def feed(self, data: bytes) -> None:
        """Keep the first of it."""
        self._count += len(data)
        self._kept += data[: max(0, self.KEPT - len(self._kept))]

    @property
    def flood(self) -> bool:
        """Whether there was too much, all in all."""
        return self._count > self.FLOOD

    def take(self) -> bytes:
        """What was kept; counting goes on."""
        taken = bytes(self._kept)
        self._kept.clear()
        return taken


def describe_end(status: int) -> str:
    """A `wait4` status in words: `SIGSEGV` or `exit status 3`."""
    if os.WIFSIGNALED(status):
        try:
            return signal.Signals(os.WTERMSIG(status)).name
        except ValueError:
            return f"signal {os.WTERMSIG(status)}"
    return f"exit status {os.WEXITSTATUS(status)}"
