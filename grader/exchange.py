"""The bytes of an answer as they come in, and how a worker ended, in words."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

from grader import wire


class Exchange:
    """The bytes of an answer as they come in, held to the rules of `wire`."""

    def __init__(self, nonce: int, progress: Callable[[wire.Message], bool]) -> None:
        self.nonce = nonce
        self.message: wire.Message | None = None
        self._progress = progress
        self._caps = wire.Caps()
        self._data = bytearray()

    def feed(self, data: bytes) -> None:
        """Take bytes; sets `message` when the answer is whole. Raises WireError."""
        self._data += data
        size = wire.PREFIX.size
        while self.message is None and len(self._data) >= size:
            header, payload, nonce = wire.parse_prefix(bytes(self._data[:size]), self._caps)
            if nonce != self.nonce:
                raise wire.WireError("an answer to another request")
            end = size + header + payload
            if len(self._data) < end:
                return
            body = bytes(self._data[size:end])
            message = wire.parse_body(body[:header], body[header:], nonce)
            del self._data[:end]
            if not self._progress(message):
                self.message = message
        if self.message is not None and (self._data or self.message.payload):
            raise wire.WireError("bytes after the answer")


def describe_end(status: int) -> str:
    """A `wait4` status in words: `SIGSEGV` or `exit status 3`."""
    if os.WIFSIGNALED(status):
        try:
            return signal.Signals(os.WTERMSIG(status)).name
        except ValueError:
            return f"signal {os.WTERMSIG(status)}"
    return f"exit status {os.WEXITSTATUS(status)}"
