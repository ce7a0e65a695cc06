"""The keeper: a small process between the judge and a zygote, so that none outlives the other.

Theory: the judge starts it as a fresh interpreter and keeps the other end of its standard input. It reads the plan
of the cage, makes what must be made before the zygote exists (a process namespace, a control group), forks the zygote
and waits: for its end, or for the end of the input, which comes when the judge closes it or is no more, however it
ended. Then it sees to it that the zygote ends; with it goes, by the kernel, all that is in its namespace. It runs no
student code and is in no student's reach.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import time

from grader import needs
from grader.sandbox import Cage, kernel
from grader.sandbox.base import PLAN_LENGTH, Plan
from grader.sandbox.control_groups import ControlGroup

END_SECONDS = 0.5
"""How long a zygote may take to end by itself."""


def main(control_fd: int) -> None:
    """Read the plan from the control socket, fork the zygote, keep it until it or the judge ends."""
    control = socket.socket(fileno=control_fd)
    plan = Plan.from_json(_read(control, PLAN_LENGTH.unpack(_read(control, PLAN_LENGTH.size))[0]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the judge's to handle
    cage = Cage(plan)
    cage.enter_keeper()
    zygote = os.fork()
    if zygote == 0:
        if why := needs.lacking_numpy():
            raise SystemExit(why)  # the judge tells it with the zygote's loss
        from grader import zygote as life  # numpy comes with it, which the keeper does not need

        life.main(control, plan, cage)
        os._exit(0)
    control.close()
    _keep(zygote)
    ControlGroup(plan.cgroup).remove()


def _read(control: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = control.recv(size - len(data))
        if not part:
            raise SystemExit("the judge is gone")
        data += part
    return data


def _end(zygote: int) -> None:
    """It has lost its line to the judge as well, and ends its worker and itself; if not at once, it is killed."""
    until = time.monotonic() + END_SECONDS
    while time.monotonic() < until:
        if os.waitpid(zygote, os.WNOHANG)[0]:
            return
        time.sleep(0.005)
    os.kill(zygote, signal.SIGKILL)
    os.waitpid(zygote, 0)


def _keep(zygote: int) -> None:
    """Wait for the zygote's end, or for the judge's, and then make it the zygote's too."""
    pidfd = kernel.pidfd(zygote)
    try:
        while True:
            waiting = [0, pidfd] if pidfd >= 0 else [0]
            ready, _, _ = select.select(waiting, [], [], None if pidfd >= 0 else 0.05)
            if 0 in ready and not os.read(0, 64):
                _end(zygote)
                return
            if os.waitpid(zygote, os.WNOHANG)[0]:
                return
    finally:
        if pidfd >= 0:
            os.close(pidfd)
