"""Layer "privileges": the zygote, and with it every worker, becomes nobody in particular.

Theory: as root it first changes to a user that exists nowhere else (one per zygote, so that limits, keys and signals
of one slot are not those of another); then it gives up every capability, and by no_new_privs the hope of new ones.
It is not dumpable: its memory and /proc entries are closed to others of its user. When its parent dies, the kernel
kills it: that is asked for after the user changed, because the change clears it, and once more in every worker,
because a fork clears it too. Orphans of a worker become children of the zygote, which ends them.

Where the interpreter's own files cannot be read by others (a Python below /root), the user stays; then files of that
user are protected by the other layers alone.
"""

from __future__ import annotations

import os
import signal

from grader.sandbox import kernel
from grader.sandbox.base import CageError, Layer
from grader.sandbox.bounds import Bounds
from grader.sandbox.readable import Readable


class Privileges(Layer):
    """See the module."""

    name = "privileges"
    advice = "Needs Linux."
    _keeper = _zygote = 0
    _changed = False

    def unavailable(self) -> str:
        try:
            kernel.prctl(kernel.PR_SET_PDEATHSIG, 0)
        except OSError as error:
            return str(error)
        return ""

    def details(self) -> str:
        if self._changed:
            return f"user {self.plan.uid}"
        return "the user stays: another could not read the interpreter's files" if os.geteuid() == 0 else ""

    def enter_keeper(self) -> None:
        self._keeper = os.getpid()

    def enter_zygote(self, readable: Readable) -> None:
        kernel.limit_capabilities()
        if self.plan.uid and os.geteuid() == 0 and _can_work_as(self.plan.uid, readable):
            _become(self.plan.uid)
            self._changed = True
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
        kernel.drop_capabilities()
        kernel.prctl(kernel.PR_SET_DUMPABLE, 0)
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
        _die_with(0 if os.getpid() == 1 else self._keeper)  # in a namespace of its own the parent is not seen
        os.umask(0o077)
        self._zygote = os.getpid()

    def enter_worker(self, bounds: Bounds) -> None:
        _die_with(self._zygote)


def _die_with(parent: int) -> None:
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it was dead before the kernel was told
        raise CageError("the parent process is gone")


def _become(uid: int) -> None:
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def _can_work_as(uid: int, readable: Readable) -> bool:
    """Whether a process of that user could still load modules; tried in a process of its own."""
    child = os.fork()
    if child == 0:
        try:
            _become(uid)
            for path in (os.__file__, readable.standard_library, *readable.packages):
                os.listdir(path) if os.path.isdir(path) else os.close(os.open(path, os.O_RDONLY))
            os._exit(0)
        except OSError:  # not in this user namespace, or not readable
            pass
        finally:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0
