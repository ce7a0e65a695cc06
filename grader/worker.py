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

import numpy as np

from grader import imports, syntax, wire
from grader.faults import raised
from grader.loader import Program, parameters_of
from grader.remarks import Warned, of_nothing, remarked
from grader.units import Problem, Unreadable
from grader.values import encode_values, type_name

PROGRESS = struct.Struct("<Q")
"""What a worker leaves in the memory that it shares with the zygote: the number of the statement that it is at."""

REQUEST, REPLY = 3, 4
"""Descriptors of the worker's two pipes; 1 and 2 are the output pipe, 0 is empty."""

REQUEST_CAPS = wire.Caps(header=1024 * 1024)
"""The judge may write longer headers than it reads: fifty long file names, in escaped letters."""

ROOM = 12 * 1024
"""Bytes for each list in the answer to a load request, so that it stays within `wire.Caps` with all of them."""


def serve(session: Session) -> None:
    """Answer requests until the pipe closes."""
    requests = _Requests()
    write, exit_now = _write, os._exit
    while (message := requests.next()) is not None:
        operation = message.fields["op"]
        if operation == "run":
            body = session.run(message)
        elif operation == "outline":
            body = wire.encode_body({"names": session.program(message).outline_of_wanted()})
        else:
            body = session.load(message)
        _flush()
        write(wire.frame(body, message.nonce))
    exit_now(0)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:  # noqa: BLE001  # student code may have put anything in its place
            continue


class _Requests:
    """The request pipe, read in large pieces: the judge sends requests ahead."""

    def __init__(self) -> None:
        self._data = bytearray()

    def _take(self, count: int) -> bytes | None:
        while len(self._data) < count:
            chunk = os.read(REQUEST, 1 << 18)
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
        self._functions: dict[str, tuple[str, Any]] = {}
        self._unbound: dict[str, str] = {}
        self._warned = Warned()

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
            allowed=frozenset(sys.stdlib_module_names | {"numpy", *fields["modules"]}),
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
            imports.load_ahead(program.files, program.statements(), program.allowed)
            imports.forget(self._own)
            self._close()
            self._warned.listen()
            module = program.load(main, message.fields["cells"])
        except Unreadable as error:
            (fatal,) = _plain([error.problem])
            return wire.encode_body({"main": main, "fatal": fatal, "problems": _fitting(_plain(program.problems))})
        self._functions = program.find(module)
        self._unbound = program.unbound
        parsed = program.parsed(main)
        taken = {name for name, _ in self._functions.values()}
        others = [text for name, text in syntax.signatures(parsed.units) if name not in taken]
        found = {
            wanted: [name, *parameters_of(function), where(function, main)]
            for wanted, (name, function) in self._functions.items()
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
        fields = message.fields
        namespace: dict[str, Any] = dict(zip(fields["inputs"], message.arrays, strict=True))
        namespace |= fields["scalars"]
        remarks: dict[str, str] = {}
        self._warned.next_run()
        for step in fields["steps"]:
            if step["function"] not in self._functions:
                return wire.encode_body({"missing": step["function"]})
            function = self._functions[step["function"]][1]
            arguments = [namespace[a["name"]] if "name" in a else a["value"] for a in step["arguments"]]
            try:
                returned = function(*arguments)
                mismatch = _bind(returned, step["targets"], namespace)
            except BaseException as error:  # noqa: BLE001  # the student's exception, of whatever class, is the outcome
                return wire.encode_body(raised(error, step["text"], self._unbound))
            remark = of_nothing(function) if returned is None else self._warned.remark()
            if mismatch:
                said = remarked(mismatch, remark) if returned is None else mismatch
                return wire.encode_body({"mismatch": said, "step": step["text"]})
            remarks |= dict.fromkeys(step["targets"], remark)
        try:
            return encode_values({name: namespace[name] for name in fields["observe"]}, remarks)
        except MemoryError as error:  # the values are there, but no room to copy them
            return wire.encode_body(raised(error, fields["steps"][-1]["text"], {}))


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


def where(function: Any, main: str) -> str:
    """File and line of a function, as far as it can be known."""
    try:
        code = function.__code__
        return f"{code.co_filename}:{code.co_firstlineno}"[:120]
    except BaseException:  # noqa: BLE001  # there may be none, and attributes of student objects may raise anything
        return main


def _bind(returned: Any, targets: list[str], namespace: dict[str, Any]) -> str:
    """Give a step's values their names; a description of what came back when the count is wrong."""
    if len(targets) == 1:
        namespace[targets[0]] = returned
        return ""
    if isinstance(returned, tuple | list) or (isinstance(returned, np.ndarray) and returned.ndim > 0):
        if len(returned) == len(targets):
            namespace.update(zip(targets, returned, strict=True))
            return ""
        return f"{type_name(returned)} of {len(returned)}"
    return type_name(returned)
