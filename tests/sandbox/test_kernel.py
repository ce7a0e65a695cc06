"""Calls to the kernel: what fails says what was tried, and what an unknown system lacks is missed in words."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from sandbox.machines import NO_USER_NAMESPACES, run_on

from grader.sandbox import kernel


def alone(code: str) -> Any:
    """What a program finds out that changes its own process for good."""
    whole = f"import json, os\nfrom grader.sandbox import kernel\n{code}\nprint(json.dumps(found))\n"
    done = subprocess.run([sys.executable, "-c", whole], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_call_that_fails_says_what_was_tried_and_why() -> None:
    with pytest.raises(OSError, match=r"mounting /nonexistent/folder: .") as caught:
        kernel.mount("tmpfs", "/nonexistent/folder", "tmpfs")
    assert caught.value.errno in (errno.ENOENT, errno.EPERM)
    with pytest.raises(OSError, match=r"prctl\(9999\): Invalid argument"):
        kernel.prctl(9999)
    with pytest.raises(OSError, match="unmounting /nonexistent"):
        kernel.unmount("/nonexistent/folder")
    with pytest.raises(OSError, match="making /nonexistent/folder the root"):
        kernel.pivot_root("/nonexistent/folder", "/nonexistent/folder/old")
    with pytest.raises(OSError, match="a fancy call: "):
        kernel.syscall("a fancy call", 100_000, 1, None)


def test_what_the_kernel_denies_is_told_with_its_errno() -> None:
    code = """
from grader.sandbox import kernel
try:
    kernel.unshare(kernel.CLONE_NEWUTS)
    found = "made"
except PermissionError as error:
    found = [error.errno, str(error)]
"""
    assert run_on(NO_USER_NAMESPACES, code) == [errno.EPERM, "[Errno 1] new namespaces: Operation not permitted"]


def test_a_system_without_such_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: dict[str, Callable[[], object]] = {
        "_prctl": lambda: kernel.prctl(1),
        "_unshare": lambda: kernel.unshare(0),
        "_syscall": lambda: kernel.syscall("anything", 1),
        "_mount": lambda: kernel.mount("a", "b"),
        "_sethostname": lambda: kernel.set_hostname("x"),
    }
    for name, call in calls.items():
        monkeypatch.setattr(kernel, name, None)
        with pytest.raises(OSError, match="this system has no such call"):
            call()


def test_a_system_without_a_c_library_to_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*args: object, **kwargs: object) -> None:
        raise TypeError

    monkeypatch.setattr(ctypes, "CDLL", missing)
    assert kernel._library() is None
    monkeypatch.setattr(kernel, "_LIBC", None)
    assert kernel._function("prctl") is None


def test_calls_by_number() -> None:
    numbers = {"x86_64": 39, "aarch64": 172}
    assert kernel.syscall("getpid", numbers[os.uname().machine]) == os.getpid()


def test_capabilities_are_gone_for_good() -> None:
    code = """
kernel.limit_capabilities()
kernel.drop_capabilities()
status = dict(line.split(":\\t") for line in open("/proc/self/status").read().splitlines() if line.startswith("Cap"))
found = [int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")]
found.append(int(status["CapBnd"], 16) if os.geteuid() == 0 else 0)
"""
    assert alone(code) == [0] * 5


ALLOW_ALL = (0x06).to_bytes(2, sys.byteorder) + b"\0\0" + (0x7FFF0000).to_bytes(4, sys.byteorder)


def test_a_program_is_installed_and_one_that_is_none_is_refused() -> None:
    code = f"""
kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
kernel.set_filter(bytearray({ALLOW_ALL!r}))
found = [kernel.prctl(kernel.PR_GET_SECCOMP)]
try:
    kernel.set_filter(bytearray(b"\\xff" * 8))
except OSError as error:
    found.append(str(error))
"""
    assert alone(code) == [2, "[Errno 22] installing a seccomp program: Invalid argument"]
