"""The untrusted side's root: a process that forks one worker per submission.

Theory of operation. The judge starts the zygote as a fresh interpreter (`python -I`, clean environment, one
thread) that preloads numpy and nothing of the judge's: no spec, no reference, no comparison is ever in it.
The zygote reads only fork commands and descriptors from its control socket, never a byte of a submission, so
that no worker can find an earlier student's source in inherited memory. For each command it forks a worker,
drops its copies of the descriptors, waits, and reports the worker's exit status and CPU time from `wait4`, and
the number of the statement that it was at, from eight bytes that the two share.
It ends, and ends its worker, when the control socket closes.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import mmap
import os
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable

from grader import imports, sandbox, units, worker
from grader.sandbox.bounds import Bounds

KILL, READY, ENDED = b"K", b"R", b"E"
NOTEBOOK = (
    b'{"cells": [{"cell_type": "code", "id": "a", "execution_count": null, "metadata": {}, "outputs": [],'
    b' "source": "x = 1"}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
)


def main(control_fd: int, preload: tuple[str, ...], modules: tuple[str, ...] = ()) -> None:
    """The zygote's life: preload, say READY, then fork a worker per command until the socket closes.

    `preload` is what the workers need themselves, `modules` what the assignment allows besides numpy.
    """
    own = _load(preload, modules)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the judge's to handle
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # inherited by the workers
    empty = os.open(os.devnull, os.O_RDONLY)
    gc.collect()
    gc.freeze()
    control = socket.socket(fileno=control_fd)
    control.sendall(READY)
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
                _become_worker(empty, fds, bounds, worker.Session(progress, own))
            for fd in fds:
                os.close(fd)
            if not _supervise(control, pid, progress):
                return


def _load(preload: tuple[str, ...], modules: tuple[str, ...]) -> tuple[str, ...]:
    """Import what the workers are to have; the names of modules that each must forget before student code runs."""
    for name in preload:
        __import__(name)
    own = imports.own_modules()
    if "nbformat" in preload:
        units.parse_file("warm_up.ipynb", NOTEBOOK)  # nbformat imports more at the first use
    else:
        imports.forget(own)
        own = ()  # only nbformat looks for itself in `sys.modules` each time that it is used
    for name in modules:
        try:
            __import__(name)
        except Exception:  # noqa: BLE001  # a module that is not installed, or broken, is "not available here"
            continue
    return own


def _supervise(control: socket.socket, pid: int, progress: mmap.mmap) -> bool:
    """Wait for the worker, killing it when told to; False when the judge is gone."""
    pidfd = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else -1
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
    if judge_lives:
        (statement,) = worker.PROGRESS.unpack_from(progress)
        report = f"{status} {usage.ru_utime + usage.ru_stime:.3f} {statement}"
        control.sendall(ENDED + report.encode() + b"\n")
    return judge_lives


def _kill(kill: Callable[[int, int], None], pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # no group yet, or nobody left in it
        kill(pid, signal.SIGKILL)


def _become_worker(empty: int, fds: list[int], bounds: Bounds, session: worker.Session) -> None:
    """In the forked child: take the three descriptors, close all others, enter the cage, serve, exit."""
    try:
        os.setsid()
        request, reply, output = fds
        high = [fcntl.fcntl(fd, fcntl.F_DUPFD, 16) for fd in (empty, output, output, request, reply)]
        for target, fd in enumerate(high):
            os.dup2(fd, target)
        os.closerange(5, 65536)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sandbox.enter(bounds)
        worker.serve(session)
    except BaseException:  # noqa: BLE001  # the fork must never return into the zygote's code
        traceback.print_exc()
    finally:
        os._exit(70)
