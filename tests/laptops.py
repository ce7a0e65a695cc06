"""Laptops that this machine is not: the command line run without the parts of POSIX that macOS or Windows lack.

Simulated, in the judge and in every worker: the modules and functions are gone, `sys.platform` says the other name, and
`msvcrt` is there on Windows. Not simulated: paths with drives and backslashes (`os.name`, pathlib), the console's own
code page, pipes and processes of Windows, Accelerate. Whatever looks at `sys.platform` when it is imported and
is not ours is imported before.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).parent.parent

GONE: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "darwin": {
        "os": ("memfd_create", "pidfd_open", "sched_getaffinity", "sched_setaffinity", "setresuid", "setresgid"),
        "socket": ("SO_PEERCRED",),
    },
    "win32": {
        "os": (
            *("fork", "forkpty", "wait", "wait3", "wait4", "killpg", "getuid", "geteuid", "getgid", "getegid"),
            *("setsid", "setuid", "setgid", "setgroups", "setresuid", "setresgid", "getpgid", "setpgid", "nice"),
            *("set_blocking", "get_blocking", "memfd_create", "pidfd_open", "sched_getaffinity", "sched_setaffinity"),
            *("pread", "pwrite", "readv", "writev", "uname", "getloadavg", "sysconf", "pipe2", "mkfifo", "chroot"),
            *("WIFSIGNALED", "WTERMSIG", "WEXITSTATUS", "WIFEXITED", "O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC"),
            *("getpriority", "setpriority", "fchmod", "fchown", "chown", "lchown", "statvfs", "posix_spawn"),
        ),
        "signal": ("SIGKILL", "SIGALRM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGCHLD", "SIGPIPE", "SIGXCPU", "SIGXFSZ"),
        "socket": ("AF_UNIX", "send_fds", "recv_fds"),
        "select": ("poll", "epoll"),
        "time": ("tzset",),
    },
}
"""System → module → what that system's Python does not have in it."""
MODULES: Mapping[str, tuple[str, ...]] = {
    "darwin": (),
    "win32": ("resource", "fcntl", "pwd", "grp", "termios", "tty", "pty", "posix", "syslog", "_posixshmem"),
}
"""System → modules that are not there."""
AHEAD = ("asyncio", "ctypes.util", "hypothesis", "jinja2", "multiprocessing.connection", "nbformat", "numpy.random")
AHEAD_IN_JUDGE = (
    *AHEAD,
    "platform",
    "platformdirs",
    "itables.javascript",
    "pydantic",
    "rich.console",
    "rich.progress",
    "shutil",
    "typer",
    "typer.rich_utils",
    "matplotlib.figure",
    "matplotlib.backends.backend_svg",
)

AWAY = """
import os, select, signal, socket, subprocess, sys, time, types
for _name in {ahead!r}:
    __import__(_name)
_kill = os.kill
if {system!r} == "win32":
    # As TerminateProcess does it: no signal is named.
    subprocess.Popen.kill = lambda self: self.returncode is None and _kill(self.pid, 9)
    import ctypes
    _real = ctypes.CDLL
    class _Library(_real):
        def __init__(self, name=None, *arguments, **named):
            if name is None:
                raise TypeError("on Windows a library has a name")
            super().__init__(name, *arguments, **named)
    ctypes.CDLL = _Library
    os.O_BINARY = 0
    _msvcrt = types.ModuleType("msvcrt")
    _msvcrt.SEM_FAILCRITICALERRORS, _msvcrt.SEM_NOGPFAULTERRORBOX = 1, 2
    _msvcrt.SetErrorMode = lambda mode: 0
    _msvcrt.setmode = lambda fd, mode: os.fstat(fd) and 0
    sys.modules["msvcrt"] = _msvcrt
for _module, _names in {gone!r}.items():
    for _name in _names:
        if hasattr(sys.modules[_module], _name):
            delattr(sys.modules[_module], _name)
for _name in {modules!r}:
    sys.modules[_name] = None
sys.platform = {system!r}
"""
RUN = """
from grader import launcher
launcher.START = {worker!r} + launcher.START
sys.argv[0] = "grader"
from grader.cli import main
main()
"""

System = Literal["darwin", "win32"]


def away(system: System, ahead: tuple[str, ...]) -> str:
    """A program's first lines, after which it is on the other system."""
    return AWAY.format(ahead=ahead, system=system, gone=dict(GONE[system]), modules=MODULES[system])


def grader_on(
    system: System, *arguments: object, cwd: Path = ROOT, **environment: str
) -> subprocess.CompletedProcess[str]:
    """`grader …` on such a laptop."""
    # A worker of Windows has numpy's own imports behind it before anything is gone, as it would find them there.
    code = away(system, AHEAD_IN_JUDGE) + RUN.format(worker=away(system, AHEAD).replace("{", "{{").replace("}", "}}"))
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "COLUMNS": "120", **environment},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
