"""A worker: answers the judge's requests about one submission, and knows no answers.

It reads requests from its own pipe and answers each with one frame. What it says is not believed: it carries
values, the judge measures and judges. It binds what it needs before student code runs, which is courtesy, not
protection: the protection is that there is nothing in this process worth finding.
"""

from __future__ import annotations

import itertools
import json
import mmap
import os
import struct
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from grader import imports, syntax, wire
from grader.calls import Calls, parameters_of, where
from grader.loader import Program
from grader.units import Problem, Unreadable

PROGRESS = struct.Struct("<Q")
"""What a worker leaves in the memory that it shares with the zygote: the number of the statement that it is at."""

REQUEST, REPLY = 3, 4
"""Descriptors of the worker's two pipes; 1 and 2 are the output pipe, 0 is empty."""

REQUEST_CAPS = wire.Caps(header=1024 * 1024)
"""The judge may write longer headers than it reads: fifty long file names, in escaped letters."""

ROOM = 12 * 1024
"""Bytes for each list in the answer to a load request, so that it stays within `wire.Caps` with all of them."""


def _listen() -> bytes:
    return os.read(REQUEST, 1 << 16)  # as much as a pipe holds; for more, malloc asks the kernel for new pages


def serve(
    session: Session, listen: Callable[[], bytes] = _listen, before_answer: Callable[[], None] = lambda: None
) -> None:
    """Answer requests until the pipe closes, then exit; `listen` gives what came, nothing at its end.

    `before_answer` is called when all that was printed has left.
    """
    exit_now = os._exit
    answer_all(session, listen, _write, before_answer)
    exit_now(0)


def answer_all(
    session: Session,
    listen: Callable[[], bytes],
    write: Callable[[bytes], object],
    before_answer: Callable[[], None] = lambda: None,
) -> None:
    """The same with any way to answer, and without the exit."""
    requests = _Requests(listen)
    while (message := requests.next()) is not None:
        operation = message.fields["op"]
        if operation == "run":
            body = session.run(message)
        elif operation == "outline":
            body = wire.encode_body({"names": session.program(message).outline_of_wanted()})
        else:
            body = session.load(message)
        _flush()
        before_answer()
        write(wire.frame(body, message.nonce))


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:  # noqa: BLE001  # student code may have put anything in its place
            continue


class _Requests:
    """The request pipe, read in large pieces: the judge sends requests ahead."""

    def __init__(self, listen: Callable[[], bytes]) -> None:
        self._listen = listen
        self._data = bytearray()

    def _take(self, count: int) -> bytes | None:
        while len(self._data) < count:
            chunk = self._listen()
            if not chunk:
                return None
            self._data += chunk
        taken = bytes(self._data[:count])
        del self._data[:count]
        return taken

    def next(self) -> wire.Message | None:
        """The next request; None when the pipe is closed."""
        prefix = self._take(wire.PREFIX.size)
        if prefix is None:
            return None
        header_size, payload_size, nonce = wire.parse_prefix(prefix, REQUEST_CAPS)
        header, payload = self._take(header_size), self._take(payload_size)
        if header is None or payload is None:
            return None
        return wire.parse_body(header, payload, nonce, json.loads)


def _write(data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(REPLY, view) :]


class Session:
    """One submission in this worker: its program, then its functions.

    `progress` holds the number of the statement that it is at; `own` are modules that are not for student code;
    `close` is called when all is loaded that the submission imports, before any of its code runs.
    """

    def __init__(
        self, progress: mmap.mmap | bytearray, own: Sequence[str] = (), close: Callable[[], None] = lambda: None
    ) -> None:
        self._progress = progress
        self._own = own
        self._close = close
        self._calls = Calls({})

    def program(self, message: wire.Message) -> Program:
        """The submission of a load or outline request."""
        fields, files, position = message.fields, {}, 0
        for name, size in fields["files"]:
            files[name] = message.payload[position : position + size]
            position += size

        def progress(statement: int) -> None:
            PROGRESS.pack_into(self._progress, 0, statement)

        return Program(
            files=files,
            wanted=fields["functions"],
            allowed=imports.Allowed(fields["modules"]),
            progress=progress,
            skip=dict(fields["skip"]),
            definitions_only=fields["definitions_only"],
        )

    def load(self, message: wire.Message) -> tuple[bytes, bytes]:
        """Run the submission's code; what was found, in words of one frame."""
        program = self.program(message)
        mains = program.mains()
        main = message.fields["main"] or mains[0]
        try:
            program.parsed(main)
            imports.load_ahead(program.code(), program.statements(), program.allowed)
            imports.forget(self._own)
            self._close()
            self._calls.warned.listen()
            module = program.load(main, message.fields["cells"])
        except Unreadable as error:
            (fatal,) = _plain([error.problem])
            return wire.encode_body({"main": main, "fatal": fatal, "problems": _fitting(_plain(program.problems))})
        functions = program.find(module)
        self._calls.functions = {wanted: function for wanted, (_, function) in functions.items()}
        self._calls.unbound = program.unbound
        parsed = program.parsed(main)
        taken = {name for name, _ in functions.values()}
        others = [text for name, text in syntax.signatures(parsed.units) if name not in taken]
        cells = message.fields["cells"]
        bound = syntax.places(unit for unit in parsed.units if cells is None or unit.cell < cells)
        found = {
            wanted: [name, *parameters_of(function), where(function, main, name=name, bound=bound)]
            for wanted, (name, function) in functions.items()
        }
        return wire.encode_body(
            {
                "main": main,
                "fatal": None,
                "problems": _fitting(_plain(program.problems)),
                "functions": found,
                "others": _fitting(others),
                "candidates": _fitting(program.candidates(mains)),
            }
        )

    def run(self, message: wire.Message) -> tuple[bytes, bytes]:
        """Run a case's steps; the observed values, or where and why it stopped."""
        return self._calls.run(message)


def _plain(problems: Sequence[Problem]) -> list[list[Any]]:
    return [[problem.kind, {name: text[:500] for name, text in problem.fields.items()}] for problem in problems[:20]]


def _fitting(entries: Iterable[Any]) -> list[Any]:
    """The first twenty, or as many as there is room for."""
    fitting, room = [], ROOM
    for entry in itertools.islice(entries, 20):
        room -= len(json.dumps(entry))
        if room < 0:
            break
        fitting.append(entry)
    return fitting
