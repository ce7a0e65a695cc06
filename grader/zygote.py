"""The untrusted side's root: a process that forks one worker per submission.

Theory of operation. The judge starts a keeper (`keeper`) in a fresh interpreter (`python -I`, clean
environment, one thread), which forks the zygote. That preloads numpy and nothing of the judge's: no spec, no
reference, no comparison is ever in it. It does once what workers do, on a file of ours (`warm_up`). Then it enters the
cage, once for all its workers. It reads only fork commands and descriptors from its control socket, never a byte of a
submission, so that no worker can find an earlier student's source in inherited memory. For each command it forks a
worker, drops its copies of the descriptors, waits, ends whatever the worker left running and proves that nothing is
left, and reports the worker's exit status and CPU time from `wait4`, and the number of the statement that it was at,
from eight bytes that the two share. It ends, and ends its worker, when the control socket closes.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import gc
import json
import mmap
import os
import select
import signal
import socket
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Sequence

from grader import imports, worker
from grader.heap import fill_gaps
from grader.sandbox import Cage, kernel
from grader.sandbox.base import Plan
from grader.sandbox.bounds import OUT_OF_MEMORY, Bounds
from grader.warm_up import warm_up

KILL, READY, ENDED = b"K", b"R", b"E"
SWEEP_SECONDS = 2.0
"""How long what a worker left running may resist before the zygote gives itself up."""


def main(control: socket.socket, plan: Plan, cage: Cage) -> None:
    """The zygote's life: preload, enter the cage, say READY, then fork a worker per command until the socket closes."""
    own = imports.load_for_workers(plan.preload, plan.modules)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # inherited by the workers
    os.dup2(_empty_input(), 0)  # in place of the keeper's line to the judge
    warnings.filterwarnings("ignore", "coroutine .* was never awaited")  # would be told of our lines, not of theirs
    warm_up()
    sweeper = Sweeper()
    cage.enter_zygote()
    gc.collect()
    fill_gaps()
    gc.freeze()
    gc.disable()  # until student code runs: there is no garbage, and looking for it copies pages
    control.sendall(READY + json.dumps({"entered": cage.entered, "left_out": cage.left_out}).encode() + b"\n")
    while True:
        command, fds, _, _ = socket.recv_fds(control, 64, 3)
        if not command:
            return
        command = command.lstrip(KILL)  # a kill that came after its worker had ended
        if not command:
            continue
        bounds = Bounds.unpack(command[1:])
        # Memory of its own for each worker: nothing that outlives one could reach the next through it.
        with mmap.mmap(-1, worker.PROGRESS.size) as progress:
            pid = os.fork()
            if pid == 0:
                _become_worker(fds, bounds, cage, worker.Session(progress, own, functools.partial(_close, cage)))
            for fd in fds:
                os.close(fd)
            if not _supervise(control, pid, progress, sweeper):
                return


def _close(cage: Cage) -> None:
    """In the worker, when all is loaded: student code finds the collector as Python starts with it."""
    cage.close()
    gc.freeze()  # the submission's syntax trees
    gc.enable()


def _empty_input() -> int:
    """What `input()` reads: at its end at once. A pipe of each worker's own, because marks can be left on what is
    shared: on /dev/null a mode, on a pipe that others have too the flags of its descriptor."""
    reader, writer = os.pipe()
    os.close(writer)
    return reader


def _supervise(control: socket.socket, pid: int, progress: mmap.mmap, sweeper: Sweeper) -> bool:
    """Wait for the worker, killing it when told to; False when the judge is gone."""
    pidfd = kernel.pidfd(pid)
    judge_lives = True
    while True:
        waiting = [control.fileno(), pidfd] if pidfd >= 0 else [control.fileno()]
        ready, _, _ = select.select(waiting, [], [], None if pidfd >= 0 else 0.002)
        if control.fileno() in ready:
            judge_lives = bool(control.recv(64))
            _kill(os.kill, pid)
            _kill(os.killpg, pid)
        if pidfd in ready or not judge_lives or pidfd < 0:
            ended, status, usage = os.wait4(pid, os.WNOHANG if pidfd < 0 and judge_lives else 0)
            if ended:
                break
    if pidfd >= 0:
        os.close(pidfd)
    _kill(os.killpg, pid)  # its children; the number of the process itself may be another's by now
    sweeper.sweep()
    if judge_lives:
        (statement,) = worker.PROGRESS.unpack_from(progress)
        report = f"{status} {usage.ru_utime + usage.ru_stime:.3f} {statement}"
        control.sendall(ENDED + report.encode() + b"\n")
    return judge_lives


class Sweeper:
    """Ends what a worker left running, and proves that nothing is left.

    Orphans become children of the zygote: as pid 1 of its namespace, or as a subreaper. So it has no child left
    exactly when all are gone. Where it is neither (macOS), the worker's process group is all that can be reached.
    """

    def __init__(self) -> None:
        try:  # before the cage: there may be no /proc in it
            self._children = os.open(f"/proc/self/task/{os.getpid()}/children", os.O_RDONLY)
        except OSError:
            self._children = -1

    def sweep(self) -> None:
        """Raises RuntimeError when something cannot be ended: then the zygote has to end, and the next is clean."""
        if _no_child_is_left():
            return
        until = time.monotonic() + SWEEP_SECONDS
        while not _no_child_is_left():
            if time.monotonic() > until:
                raise RuntimeError("a process of a submission could not be ended")
            if os.getpid() == 1:
                _kill(os.kill, -1)  # all of the namespace but this process
            for child in self._known():
                _kill(os.kill, child)

    def _known(self) -> list[int]:
        if self._children < 0:
            return []
        return [int(pid) for pid in os.pread(self._children, 1 << 16, 0).split()]


def _no_child_is_left() -> bool:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return True
    return False


def _kill(kill: Callable[[int, int], None], pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # no group yet, or nobody left in it
        kill(pid, signal.SIGKILL)


def _become_worker(fds: Sequence[int], bounds: Bounds, cage: Cage, session: worker.Session) -> None:
    """In the forked child: take the descriptors, close all others, enter the cage, serve, exit."""
    try:
        os.setsid()
        request, reply, output = fds
        high = [fcntl.fcntl(fd, fcntl.F_DUPFD, 16) for fd in (_empty_input(), output, output, request, reply)]
        for target, fd in enumerate(high):
            os.dup2(fd, target)
        os.closerange(5, 65536)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        cage.enter_worker(bounds)
        worker.serve(session)
    except MemoryError:  # the student's limit, with nothing left to say so
        os._exit(OUT_OF_MEMORY)
    except BaseException:  # noqa: BLE001  # the fork must never return into the zygote's code
        traceback.print_exc()
    finally:
        os._exit(70)
