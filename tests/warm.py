"""Runs commands as `subprocess.run` does, in processes that are forked from one that has everything loaded.

To start Python, numpy and pydantic anew costs a second each time, and more while coverage is measured. A command that
is run here is a process of its own all the same: its descriptors, folder, environment and exit code are real. What is
about the start itself (encodings, what is imported when, closed descriptors) must be started: `subprocess`.

As a program it is that process: `python warm.py KIND SOCKET`.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import importlib
import io
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, NoReturn

ROOT = Path(__file__).parent.parent
KINDS = ("grader", "pytest")
LOST = 120
"""Python's exit code when what was printed could not be written."""
LONGEST = 1 << 20
"""Bytes of an order."""


def run(
    words: Sequence[object],
    cwd: Path = ROOT,
    environment: Mapping[str, str] | None = None,
    stdout: IO[str] | None = None,
    seconds: float = 120,
) -> subprocess.CompletedProcess[str]:
    """Run `grader …` or `pytest …`, as `python -m` does; `stdout` is a file to print to. Raises TimeoutExpired."""
    name, *arguments = map(str, words)
    given = dict(os.environ if environment is None else environment)
    measured = any(variable.startswith("COVERAGE_") for variable in given)
    order = {"cwd": str(cwd), "environment": given, "arguments": arguments}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        code = _parent(name, measured).run(order, (stdout or out, err), seconds)
        told = [_text(stream) for stream in (out, err)]
    return subprocess.CompletedProcess([name, *arguments], code, *told)


def grader(*arguments: object, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `grader …` with some more variables; it must show no traceback."""
    done = run(["grader", *arguments], cwd, {**os.environ, **environment})
    assert "Traceback (most recent call last)" not in done.stderr, done.stderr
    return done


def _text(stream: IO[bytes]) -> str:
    """As the text mode of `subprocess` reads it."""
    stream.seek(0)
    return stream.read().decode().replace("\r\n", "\n").replace("\r", "\n")


class _Parent:
    """The process that is forked, seen from a test."""

    def __init__(self, kind: str, measured: bool) -> None:
        self._kind = kind
        environment = {name: value for name, value in os.environ.items() if measured or name[:9] != "COVERAGE_"}
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, __file__, kind, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                cwd=ROOT,
                env={**environment, "OPENBLAS_NUM_THREADS": "1"},  # what has threads should not fork
            )
        self._control.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, LONGEST)

    def run(self, order: Mapping[str, Any], streams: Sequence[IO[Any]], seconds: float) -> int:
        """The exit code of a command; negative is a signal, as in `subprocess`."""
        socket.send_fds(self._control, [json.dumps(order).encode()], [stream.fileno() for stream in streams])
        self._control.settimeout(seconds)
        told = self._control.recv(100)
        assert told, "the process that is forked has ended"
        try:
            return os.waitstatus_to_exitcode(int(self._control.recv(100)))
        except TimeoutError:
            os.kill(int(told), signal.SIGKILL)
            self._control.recv(100)
            raise subprocess.TimeoutExpired([self._kind, *order["arguments"]], seconds) from None

    def close(self) -> None:
        """End it."""
        self._control.close()
        self._process.wait()


@functools.cache
def _parent(kind: str, measured: bool) -> _Parent:
    made = _Parent(kind, measured)
    atexit.register(made.close)
    return made


# --- in that process ---------------------------------------------------------------------------------------


def _serve(kind: str, control: socket.socket) -> None:
    """Fork for every order until there are no more."""
    _load(kind)
    while True:
        order, fds, _, _ = socket.recv_fds(control, LONGEST, 2)
        if not order:
            return
        child = os.fork()
        if child == 0:
            control.close()
            _become(kind, json.loads(order), fds)
        for fd in fds:
            os.close(fd)
        control.send(str(child).encode())
        control.send(str(os.waitpid(child, 0)[1]).encode())


def _load(kind: str) -> None:
    """Import all that a command could need."""
    if kind == "pytest":  # by its own ways, which look at how its plugins were imported
        import pytest

        with tempfile.TemporaryDirectory() as empty, contextlib.redirect_stdout(io.StringIO()):
            pytest.main(["-p", "no:cacheprovider", "--rootdir", empty, empty])
    import grader

    for module in pkgutil.walk_packages(grader.__path__, "grader."):
        if module.name not in ("grader.__main__", "grader.probes"):
            importlib.import_module(module.name)
    importlib.import_module("hypothesis")
    if "coverage" in sys.modules:  # what was measured so far need not be written by every child
        coverage = sys.modules["coverage"].Coverage.current()
        if coverage is not None:
            coverage.save()
    gc.collect()
    gc.freeze()  # or the children's first collection would copy all of it


def _become(kind: str, order: Mapping[str, Any], fds: Sequence[int]) -> NoReturn:
    """Be the command, to the end of the process."""
    for number, fd in enumerate(fds, start=1):
        os.dup2(fd, number)
        os.close(fd)
    os.chdir(order["cwd"])
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.path[0] = order["cwd"]
    sys.argv = [kind, *order["arguments"]]
    code = _ran(kind)
    threading._shutdown()  # type: ignore[attr-defined]  # as at the end of Python
    atexit._run_exitfuncs()
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        traceback.print_exc()
        code = LOST
    os._exit(code)


def _ran(kind: str) -> int:
    """The exit code of the program."""
    try:
        if kind == "pytest":
            import pytest

            return int(pytest.main())
        from grader import cli

        cli.main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001  # as Python does
        traceback.print_exc()
        return 1


if __name__ == "__main__":
    _serve(sys.argv[1], socket.socket(fileno=int(sys.argv[2])))
