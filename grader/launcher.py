"""Starts zygotes in their cages and forks workers from them (POSIX only)."""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import itertools
import json
import os
import select
import site
import socket
import subprocess
import sys
from pathlib import Path

from grader import sandbox
from grader.errors import HarnessError
from grader.model import Isolation
from grader.process import Worker
from grader.sandbox import control_groups, seccomp_programs
from grader.sandbox.base import PLAN_LENGTH, Plan
from grader.sandbox.bounds import Bounds
from grader.sandbox.control_groups import ControlGroup

START_SECONDS = 30.0
END_SECONDS = 5.0
LONGEST_NEWS = 64 * 1024

START = (
    "import sys; sys.path.insert(0, {package!a}); sys.path += {more!a}; "
    "from grader import {module}; del sys.path[0]; {module}.main({argument!a})"
)
WINDOWS_NEEDS = ("SYSTEMROOT", "PATH", "TEMP", "TMP")
_numbers = itertools.count()  # of the zygotes that this process started: each is another user


class Zygote:
    """A process with numpy loaded, in its cage, that forks workers, one at a time.

    Starts at once; `fork` waits until it is ready. `preload`, `modules` and `without` are as in `sandbox.base.Plan`.
    BLAS gets `threads`; more than one only where no layer forbids them.
    """

    def __init__(
        self,
        preload: tuple[str, ...] = (),
        modules: tuple[str, ...] = (),
        without: tuple[str, ...] = (),
        threads: int = 1,
    ) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        self._control = ours
        self._isolation: Isolation | None = None
        self._worker: Worker | None = None
        self._leaving = False
        number = next(_numbers)
        self._group = ControlGroup() if "cgroups" in without else control_groups.make(f"grader-{os.getpid()}-{number}")
        try:
            self._process = subprocess.Popen(
                command("keeper", theirs.fileno()),
                stdin=subprocess.PIPE,  # nothing is ever written: its end tells the keeper that this process is no more
                stdout=subprocess.PIPE,  # a pipe as the workers' is: no seeking
                stderr=subprocess.STDOUT,
                pass_fds=[theirs.fileno()],
                env=clean_environment(threads),
                cwd="/",
                start_new_session=True,
            )
            plan = plan_for(
                preload, modules, without, number, self._group.folders
            ).to_json()  # while the interpreter starts
            ours.sendall(PLAN_LENGTH.pack(len(plan)) + plan)
        except OSError as error:
            ours.close()
            self._group.remove()
            raise HarnessError(f"no worker process could be started: {error}") from None
        finally:
            theirs.close()

    @property
    def isolation(self) -> Isolation:
        """What it is isolated by; waits until it is ready. Raises HarnessError."""
        if self._isolation is None:
            news = self._news(START_SECONDS)
            if not news.startswith(b"R"):
                raise self._lost("it did not become ready")
            told = json.loads(news[1:])
            entered: dict[str, str] = told["entered"]
            self._isolation = Isolation(sandbox.tier_of(entered), tuple(entered), entered, told["left_out"])
        return self._isolation

    def fork(self, bounds: Bounds) -> Worker:
        """A new worker. Raises HarnessError when the zygote is gone, does not start, or has one that lives."""
        if self._worker is not None and not self._leaving:
            raise HarnessError("a worker of this zygote is still in use")
        _ = self.isolation  # it is ready now
        self._settle()
        request, request_ours = os.pipe()
        reply_ours, reply = os.pipe()
        output_ours, output = os.pipe()
        theirs = (request, reply, output)
        try:
            self._group.bound(bounds.memory)
            socket.send_fds(self._control, [b"F" + bounds.pack()], theirs)
        except OSError as error:
            for fd in (request_ours, reply_ours, output_ours):
                os.close(fd)
            raise self._lost(str(error)) from None
        finally:
            for fd in theirs:
                os.close(fd)
        # Whether it forked at all shows when the worker is asked: nobody waits for the news.
        self._worker = Worker(self, request_ours, reply_ours, output_ours, bounds)
        return self._worker

    def leave(self) -> None:
        """The worker is about to end by itself; its end is awaited before the next one is forked."""
        self._leaving = True

    def _settle(self) -> None:
        if self._worker is not None:
            self._worker.await_end()

    def ends_within(self, seconds: float) -> bool:
        """Whether there is news from the zygote."""
        return bool(select.select([self._control], [], [], seconds)[0])

    def receive_report(self) -> tuple[int, float, int]:
        """Exit status (of `wait4`), CPU seconds, last statement of the worker that ended. Raises HarnessError."""
        report = self._news(END_SECONDS)
        if not report:
            raise self._lost("it did not report its worker's end")
        self._worker, self._leaving = None, False
        status, cpu, statement = report[1:].split()
        return int(status), float(cpu), int(statement)

    def _news(self, seconds: float) -> bytes:
        """The next line from the control socket, without its end; empty when it is closed or the time is up."""
        self._control.settimeout(seconds)
        line = b""
        while not line.endswith(b"\n"):
            try:
                part = self._control.recv(LONGEST_NEWS)
            except OSError:  # a time-out is one
                return b""
            if not part:
                return b""
            line += part
        return line[:-1]

    def kill_worker(self) -> None:
        """Ask the zygote to kill its worker."""
        try:
            self._control.sendall(b"K")
        except OSError as error:
            raise self._lost(str(error)) from None

    def _lost(self, why: str) -> HarnessError:
        self._process.kill()
        printed, _ = self._process.communicate()
        last = printed.decode("utf-8", "replace").strip().splitlines()[-1:]
        return HarnessError(f"the worker process was lost: {why}" + (f" ({last[0]})" if last else ""))

    def close(self) -> None:
        """End the zygote and its worker, whatever the worker is at."""
        if self._worker is not None:
            self._worker.abandon()
            self._worker = None
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)  # slots that were forked meanwhile hold this end as well
        self._control.close()
        if self._process.stdout is not None:
            self._process.stdout.close()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        finally:
            if self._process.stdin is not None:
                self._process.stdin.close()
            self._group.remove()


def can_fork() -> bool:
    """Whether workers can be forked. Windows cannot; on macOS numpy's Accelerate must not be used after a fork."""
    return sys.platform != "darwin" and hasattr(os, "fork") and hasattr(socket, "AF_UNIX")


def command(module: str, argument: int | str) -> list[str]:
    """What starts an interpreter that runs the `main` of one of our modules, and nothing of the user's settings.

    It looks for packages where it always does and, after that, where this process found numpy and has those that the
    user installed for himself (`pip install --user`). Raises OSError.
    """
    if not sys.executable:
        raise OSError("this Python does not know where its program is")
    package = str(Path(__file__).resolve().parent.parent)
    code = START.format(package=package, more=_package_folders(), module=module, argument=argument)
    return [sys.executable, "-I", "-X", "utf8", "-c", code]


@functools.cache
def _package_folders() -> list[str]:
    numpy = importlib.util.find_spec("numpy")
    places = numpy.submodule_search_locations if numpy is not None else None
    folders = [str(Path(place).parent) for place in places or ()]
    if site.ENABLE_USER_SITE:
        folders.append(site.getusersitepackages())
    return folders


def plan_for(
    preload: tuple[str, ...], modules: tuple[str, ...], without: tuple[str, ...], number: int, group: tuple[str, ...]
) -> Plan:
    """The plan of a new zygote's cage, as this machine and this user can have it."""
    programs, why = _programs()
    uid = sandbox.slot_user(number) if os.geteuid() == 0 else 0
    missing = {"seccomp": why} if why else {}
    return Plan(preload, modules, without, missing, uid, group, programs)


@functools.cache
def _programs() -> tuple[tuple[bytes, bytes], str]:
    """The seccomp programs, or why there are none."""
    try:
        return seccomp_programs.programs(), ""
    except OSError as error:
        return (b"", b""), f"{error} (Debian, Ubuntu: apt install libseccomp2)"


def clean_environment(threads: int = 1) -> dict[str, str]:
    """A worker's environment: one BLAS thread, no plot window, nothing of the judge's."""
    names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
    single = {"LC_ALL": "C.UTF-8", "MPLBACKEND": "Agg"} | dict.fromkeys(names, str(threads))
    if sys.platform == "win32":  # without these Python does not start there, or does not find its libraries
        return single | {name: os.environ[name] for name in WINDOWS_NEEDS if name in os.environ}
    return single | {"PATH": os.defpath}
