"""The life of a worker that is spawned, not forked: a fresh interpreter for each, as macOS and Windows need it.

Theory: the judge (`spawner`) starts the interpreter with three pipes in the places of stdin (requests), stdout
(answers) and stderr (what is printed), which is all that every system can hand down. They are moved to where a worker
has them. It reads the plan of the cage, loads numpy, enters what can be entered here, says that it is ready, and waits
for its bounds; then it is a worker like any other. A thread listens to the judge from then on, so that the worker ends
when the judge is no more, whatever the submission is at.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import queue
import sys
import threading
import traceback
import warnings

from grader import needs
from grader.exchange import PRINTED
from grader.sandbox import Cage
from grader.sandbox.base import PLAN_LENGTH, Plan
from grader.sandbox.bounds import OUT_OF_MEMORY, Bounds

READY = b"R"
REPLY, JUDGE = 4, 5
"""Where the pipes go: `worker.REPLY`, and beyond what a worker uses."""
PROGRESS_SIZE = 8


def main(progress_file: str) -> None:
    """Get ready, serve one submission, exit. The number of the statement that it is at goes into the file, if any."""
    _move_pipes()
    plan = Plan.from_json(_read(PLAN_LENGTH.unpack(_read(PLAN_LENGTH.size))[0]))
    if why := needs.lacking_numpy():
        raise SystemExit(why)  # the judge tells it with the worker's loss
    from grader import imports, worker

    own = imports.load_for_workers(plan.preload, plan.modules)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    warnings.filterwarnings("ignore", "coroutine .* was never awaited")  # would be told of our lines, not of theirs
    cage = Cage(plan)
    cage.enter_keeper()
    cage.enter_zygote()
    session = worker.Session(_shared(progress_file), own, cage.close)
    os.write(REPLY, READY + json.dumps({"entered": cage.entered, "left_out": cage.left_out}).encode() + b"\n")
    bounds = Bounds.unpack(_read(Bounds.SIZE))
    judge = Judge()
    try:
        cage.enter_worker(bounds)
        worker.serve(session, judge.listen, _mark_output)
    except MemoryError:  # the student's limit, with nothing left to say so
        os._exit(OUT_OF_MEMORY)
    except BaseException:  # noqa: BLE001  # as in a forked worker: nothing may go on after it
        traceback.print_exc()
    finally:
        os._exit(70)


class Judge:
    """The judge's line, listened to by a thread of its own, which ends the process when the line does."""

    def __init__(self) -> None:
        self._heard: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self.listen = self._heard.get
        threading.Thread(target=self._hear, daemon=True).start()

    def _hear(self) -> None:
        read, exit_now = os.read, os._exit  # now, before student code could put others in their place
        with contextlib.suppress(OSError):
            while data := read(JUDGE, 1 << 18):
                self._heard.put(data)
        exit_now(0)


def _mark_output() -> None:
    with contextlib.suppress(OSError):  # it may have been closed
        os.write(1, PRINTED)


def _move_pipes() -> None:
    """Put the pipes where a worker has them, and an empty one in the place of stdin."""
    os.dup2(0, JUDGE, inheritable=False)
    os.dup2(1, REPLY, inheritable=False)
    os.dup2(2, 1)
    reader, writer = os.pipe()
    os.close(writer)
    os.dup2(reader, 0)
    os.close(reader)
    if sys.platform == "win32":
        import msvcrt

        for fd in (0, 1, 2, REPLY, JUDGE):
            msvcrt.setmode(fd, os.O_BINARY)
        # No window that waits for somebody to close it when the process crashes.
        msvcrt.SetErrorMode(msvcrt.SEM_FAILCRITICALERRORS | msvcrt.SEM_NOGPFAULTERRORBOX)


def _read(size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = os.read(JUDGE, size - len(data))
        if not part:
            os._exit(0)  # the judge is gone, or needs this worker no more
        data += part
    return data


def _shared(path: str) -> mmap.mmap | bytearray:
    """The memory that the judge reads as a file; memory of its own where there is none."""
    try:
        with open(path, "r+b") as file:
            shared = mmap.mmap(file.fileno(), PROGRESS_SIZE)
        with contextlib.suppress(OSError):  # Windows removes no file that is in use: there the judge does it
            os.unlink(path)
    except OSError:
        return bytearray(PROGRESS_SIZE)
    return shared
