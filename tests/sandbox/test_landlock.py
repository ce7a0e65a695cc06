"""What the kernel refuses to who entered Landlock, for every version of it that this kernel can play."""

from __future__ import annotations

import json
import os
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tiers import needs_layer

from grader.sandbox import kernel, landlock
from grader.sandbox.base import Plan
from grader.sandbox.landlock import Landlock

VERSIONS = range(1, landlock.abi() + 1)
each_version = pytest.mark.parametrize("version", VERSIONS or [0])


# --- by value ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "numbers"),
    [
        (1, [0x1FFF]),
        (2, [0x3FFF]),  # and linking across folders
        (3, [0x7FFF]),  # and truncating
        (4, [0x7FFF, 0b11]),  # and TCP
        (5, [0xFFFF, 0b11]),  # and devices' ioctl
        (6, [0xFFFF, 0b11, 0b11]),  # and signals, abstract sockets
        (7, [0xFFFF, 0b11, 0b11]),
        (99, [0xFFFF, 0b11, 0b11]),  # what a later one can do more is not known here
    ],
)
def test_all_that_a_version_can_refuse_is_refused(version: int, numbers: list[int]) -> None:
    assert landlock.attributes(version) == struct.pack(f"={len(numbers)}Q", *numbers)


def test_a_kernel_without_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "_syscall", None)
    assert landlock.abi() == 0
    assert "no Landlock" in Landlock(Plan()).unavailable()


def test_a_kernel_with_it_names_its_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "abi", lambda: 4)
    layer = Landlock(Plan())
    assert (layer.unavailable(), layer.details()) == ("", "ABI 4")


# --- in a process that entered it --------------------------------------------------------------------

ENTER = """
import errno, json, os, signal, socket, sys
from grader.sandbox import kernel, landlock
from grader.sandbox.base import Plan
from grader.sandbox.readable import Readable
version, place = int(sys.argv[1]), sys.argv[2]
landlock.abi = lambda: version
kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
granted = Readable(f"{place}/library", (f"{place}/package", f"{place}/module.py", f"{place}/gone"), (f"{place}/libs",))
landlock.Landlock(Plan()).enter_zygote(granted)

def fails(call, *arguments):
    try:
        call(*arguments)
    except OSError as error:
        return errno.errorcode[error.errno]
    return ""

def read(path):
    with open(path, "rb") as file:
        file.read()
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """Some of it is granted: see `ENTER`."""
    with tempfile.TemporaryDirectory() as name:
        for file in (
            "library/json.py",
            "library/site-packages/secret.py",
            "library/test/secret.py",
            "package/inner/data.txt",
            "module.py",
            "libs/libx.so",
            "secret.py",
            "other/secret.py",
        ):
            path = Path(name, file)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("text")
        yield Path(name)


def entered(version: int, place: Path, code: str) -> Any:
    needs_layer("landlock")
    whole = f"{ENTER}\n{code}\nprint(json.dumps(found))\n"
    command = [sys.executable, "-c", whole, str(version), str(place)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@each_version
def test_what_is_granted_can_be_read(version: int, place: Path) -> None:
    code = """
files = ("library/json.py", "package/inner/data.txt", "module.py", "libs/libx.so")
found = [fails(read, f"{place}/{file}") for file in files]
found += [fails(os.listdir, f"{place}/{folder}") for folder in ("package", "package/inner", "library", "libs")]
"""
    assert entered(version, place, code) == [""] * 8


@each_version
def test_all_else_cannot_be_read(version: int, place: Path) -> None:
    code = f"""
files = ("secret.py", "other/secret.py", "library/site-packages/secret.py", "library/test/secret.py")
found = [fails(read, f"{{place}}/{{file}}") for file in files]
outside = ("/etc/passwd", "/proc/self/maps", {__file__!r}, f"{{place}}/libs/../secret.py")
found += [fails(read, path) for path in outside]
found += [fails(os.listdir, path) for path in ("/", "/proc", "/tmp", "/root", place, f"{{place}}/other")]
found += [fails(os.execv, "/bin/true", ["true"])]
"""
    assert entered(version, place, code) == ["EACCES"] * 15


@each_version
def test_nothing_can_be_changed_anywhere(version: int, place: Path) -> None:
    code = """
changes = [
    (os.open, f"{place}/package/new", os.O_CREAT | os.O_WRONLY),
    (os.open, f"{place}/module.py", os.O_WRONLY),
    (os.open, f"{place}/secret.py", os.O_RDWR),
    (os.mkdir, f"{place}/package/new"),
    (os.unlink, f"{place}/module.py"),
    (os.rmdir, f"{place}/package/inner"),
    (os.rename, f"{place}/module.py", f"{place}/moved.py"),
    (os.symlink, "x", f"{place}/package/link"),
    (os.mkfifo, f"{place}/package/pipe"),
    (os.mkdir, "/tmp/new"),
    (os.open, "/dev/shm/new", os.O_CREAT | os.O_WRONLY),
]
found = [fails(*change) for change in changes]
"""
    before = sorted(place.rglob("*"))
    assert entered(version, place, code) == ["EACCES"] * 11
    assert sorted(place.rglob("*")) == before


@each_version
def test_truncating_is_refused_since_version_3(version: int, place: Path) -> None:
    told = entered(version, place, 'found = fails(os.truncate, f"{place}/secret.py", 0)')
    assert told == ("EACCES" if version >= 3 else "")
    assert (place / "secret.py").stat().st_size == (4 if version >= 3 else 0)


@each_version
def test_tcp_is_refused_since_version_4(version: int, place: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        code = f"""
one = socket.socket()
found = [fails(one.connect, ("127.0.0.1", {server.getsockname()[1]})), fails(socket.socket().bind, ("127.0.0.1", 0))]
"""
        assert entered(version, place, code) == (["EACCES"] * 2 if version >= 4 else ["", ""])


@each_version
def test_signals_and_abstract_sockets_are_refused_since_version_6(version: int, place: Path) -> None:
    name = f"grader-landlock-{os.getpid()}-{version}"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"\0{name}")
        server.listen()
        code = f"""
with socket.socket(socket.AF_UNIX) as one:
    found = [fails(os.kill, {os.getpid()}, 0), fails(one.connect, "\\0{name}"), fails(os.kill, os.getpid(), 0)]
"""
        assert entered(version, place, code) == [*(["EPERM"] * 2 if version >= 6 else ["", ""]), ""]


@each_version
def test_children_have_no_more(version: int, place: Path) -> None:
    code = """
child = os.fork()
if child == 0:
    os._exit(fails(read, f"{place}/secret.py") == "EACCES")
found = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
"""
    assert entered(version, place, code) == 1


def test_no_descriptor_is_left_behind(place: Path) -> None:
    descriptors = "found = sorted(os.dup(0) for _ in range(2))"
    assert entered(max(VERSIONS, default=0), place, descriptors) == [3, 4]


def test_a_path_that_is_gone_is_nothing_to_grant(place: Path) -> None:
    landlock._grant(-1, str(place / "gone"))  # would fail: there is no such ruleset
    with pytest.raises(OSError, match="granting"):
        landlock._grant(-1, str(place))
