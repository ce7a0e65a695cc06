"""Each layer left out in turn: what the others hold without it, in real workers."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tiers import needs_layer, needs_tier
from workers import found_by, reply_to, works

from grader.launcher import Zygote
from grader.sandbox import LAYERS
from grader.sandbox.bounds import Bounds

ROOT = Path(__file__).resolve().parent.parent.parent
NAMES = [layer.name for layer in LAYERS]
Make = Callable[..., Zygote]


@pytest.fixture(scope="module")
def only() -> Iterator[Make]:
    """A zygote with some layers only, made once for each choice."""
    made: dict[tuple[str, ...], Zygote] = {}

    def make(*names: str) -> Zygote:
        for name in names:
            needs_layer(name)
        if names not in made:
            made[names] = Zygote(without=tuple(name for name in NAMES if name not in names))
        return made[names]

    yield make
    for zygote in made.values():
        zygote.close()


TRY = """
import errno, os, socket
def fails(call, *arguments):
    try:
        call(*arguments)
    except OSError as error:
        return errno.errorcode[error.errno]
    return ""
"""


def tried(zygote: Zygote, *calls: str) -> Any:
    """The errno that each call fails with, or an empty string."""
    return found_by(zygote, f"{TRY}found = [{', '.join(f'fails(lambda: {call})' for call in calls)}]\n")


READ = tuple(
    f"open({path!r}).read(1)"
    for path in ("/etc/passwd", *(str(ROOT / name) for name in ("grader/worker.py", "pyproject.toml")), __file__)
)
SECRETS = (*READ, f"os.listdir({str(ROOT / 'reference')!r})")


# --- files -------------------------------------------------------------------------------------------


def test_without_any_layer_all_of_this_is_open(only: Make) -> None:
    """Else what follows would show nothing."""
    assert set(tried(only(), *SECRETS)) == {""}


@pytest.mark.parametrize(("layer", "error"), [("landlock", "EACCES"), ("namespaces", "ENOENT"), ("seccomp", "ENOENT")])
def test_each_of_three_layers_alone_keeps_files_closed(only: Make, layer: str, error: str) -> None:
    """Landlock refuses them, in the namespace there are none, under seccomp no path is looked at."""
    needed = ("privileges", layer) if layer == "landlock" else (layer,)
    assert set(tried(only(*needed), *SECRETS)) == {error}


@pytest.mark.parametrize("layer", ["namespaces", "landlock", "seccomp"])
def test_files_stay_closed_whichever_of_the_three_is_missing(layer: str) -> None:
    needs_tier("full")
    made = Zygote(without=(layer,))
    found = tried(made, *SECRETS)
    made.close()
    assert set(found) <= {"EACCES", "ENOENT", "EPERM"}


def test_nobody_can_write_where_everybody_may(only: Make) -> None:
    for layers, errors in {
        ("privileges", "landlock"): {"EACCES"},
        ("namespaces", "privileges"): {"ENOENT", "EROFS", "EACCES"},
        ("seccomp",): {"ENOENT"},
    }.items():
        calls = [f"open('{place}/new', 'w')" for place in ("/tmp", "/dev/shm", "/var/tmp", ".", "/")]
        assert set(tried(only(*layers), *calls)) <= errors, layers


@pytest.mark.skipif(os.geteuid() != 0, reason="only files of root are closed to the user that root becomes")
def test_as_another_user_it_reads_no_file_of_roots(only: Make, tmp_path: Path) -> None:
    """Where the interpreter's own files are open to others: only then does the user change without a namespace."""
    secret = tmp_path / "secret"
    secret.write_text("x")
    secret.chmod(0o600)
    made = only("privileges")
    if "user" not in made.isolation.details["privileges"].split()[:1]:
        pytest.skip(made.isolation.details["privileges"])
    assert tried(made, f"open({str(secret)!r})") == ["EACCES"]


# --- other processes ---------------------------------------------------------------------------------


@pytest.fixture
def bystander() -> Iterator[int]:
    """A process of the judge's user, which must live."""
    with subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"]) as process:
        yield process.pid
        assert process.poll() is None
        process.kill()


@pytest.mark.parametrize(
    ("layers", "error"),
    [(("namespaces",), "ESRCH"), (("privileges", "landlock"), "EPERM"), (("seccomp",), "EPERM")],
    ids=["namespaces", "landlock", "seccomp"],
)
def test_each_of_three_layers_alone_keeps_signals_in(
    only: Make, bystander: int, layers: tuple[str, ...], error: str
) -> None:
    """Landlock since its version 6."""
    made = only(*layers)
    if "landlock" in layers and int(made.isolation.details["landlock"].split()[1]) < 6:
        pytest.skip(made.isolation.details["landlock"])
    calls = [f"os.kill({pid}, {number})" for pid in (bystander, os.getpid()) for number in (0, int(signal.SIGKILL))]
    assert set(tried(made, *calls)) == {error}


@pytest.mark.parametrize("missing", ["namespaces", "landlock", "seccomp", "limits"])
def test_the_judge_is_neither_signalled_nor_slowed_nor_bounded(bystander: int, missing: str) -> None:
    needs_tier("full")
    made = Zygote(without=(missing,))
    pids = (bystander, os.getpid())
    calls = [f"os.kill({pid}, 0)" for pid in pids]
    calls += [f"os.setpriority(os.PRIO_PROCESS, {pid}, 5)" for pid in pids]
    calls += [f"__import__('resource').prlimit({pid}, 7)" for pid in pids]
    calls += [f"os.sched_setaffinity({pid}, {{0}})" for pid in pids]
    found = tried(made, *calls)
    made.close()
    assert set(found) <= {"EPERM", "ESRCH", "EACCES"}


@pytest.mark.parametrize("layer", ["limits", "seccomp"])
def test_either_of_two_layers_alone_keeps_processes_from_being_made(only: Make, layer: str) -> None:
    """Limits do nothing for root: with the change of its user."""
    needed = ("namespaces", "privileges", "limits") if layer == "limits" else ("seccomp",)
    made = only(*needed)
    if os.geteuid() == 0 and layer == "limits" and "user" not in made.isolation.details["privileges"].split()[:1]:
        pytest.skip(made.isolation.details["privileges"])
    assert tried(made, "os.fork()", "__import__('_posixsubprocess') and os.fork()") == ["EAGAIN", "EAGAIN"]
    source = (
        "import threading\ntry:\n    threading.Thread(target=int).start()\n    found = 1\n"
        "except RuntimeError:\n    found = 0\n"
    )
    assert found_by(made, source) == 0


# --- the network -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layers", "errors"),
    [
        (("namespaces",), ["ENETUNREACH", "ENETUNREACH", "ECONNREFUSED"]),
        (("privileges", "landlock"), ["EACCES", "", "EPERM"]),  # UDP is none of its rights
        (("seccomp",), ["EPERM", "EPERM", "EPERM"]),
    ],
    ids=["namespaces", "landlock", "seccomp"],
)
def test_what_each_layer_alone_keeps_from_the_network(only: Make, layers: tuple[str, ...], errors: list[str]) -> None:
    made = only(*layers)
    if "landlock" in layers and int(made.isolation.details["landlock"].split()[1]) < 6:
        pytest.skip(made.isolation.details["landlock"])
    name = f"\0grader-layers-{os.getpid()}"
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as abstract:
        abstract.bind(name)
        abstract.listen()
        address = server.getsockname()
        calls = (
            f"socket.socket().connect({address!r})",
            f"socket.socket(type=socket.SOCK_DGRAM).connect({address!r})",
            f"socket.socket(socket.AF_UNIX).connect({name!r})",
        )
        assert tried(made, *calls) == errors


# --- rights ------------------------------------------------------------------------------------------


def test_without_seccomp_no_namespace_and_no_mount_can_be_made(only: Make) -> None:
    made = only("namespaces", "privileges", "landlock")
    source = (
        "import ctypes, errno\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        "def told(result):\n    return errno.errorcode[ctypes.get_errno()] if result else 'done'\n"
        "found = [told(libc.mount(b'x', b'/', b'tmpfs', 0, None)), told(libc.umount2(b'/', 2)),\n"
        "         told(libc.setuid(0)), told(libc.sethostname(b'x', 1)), told(libc.chroot(b'/'))]\n"
    )
    found = found_by(made, source)
    assert {found[0], found[1], found[3], found[4]} == {"EPERM"}
    assert found[2] in ("EPERM", "EINVAL", "done")  # the only user there is, in a user namespace
    source = "import os\nfound = [open('/proc/self/status').read()] if os.path.exists('/proc') else []\n"
    assert found_by(made, source) == []


@pytest.mark.parametrize("missing", NAMES)
def test_workers_compute_whichever_layer_is_missing(missing: str) -> None:
    made = Zygote(without=(missing,))
    source = (
        "import numpy as np\nnumbers = np.random.default_rng(0).normal(size=(50, 50))\n"
        "found = float(np.linalg.norm(numbers @ np.eye(50)))\n"
    )
    found = found_by(made, source)
    assert works(made)
    made.close()
    assert 45 < found < 55


@pytest.mark.parametrize("missing", ["cgroups", "namespaces", "landlock"])
def test_memory_is_bounded_whichever_layer_is_missing(missing: str) -> None:
    needs_tier("restricted")
    made = Zygote(without=(missing,))
    source = "try:\n    x = bytearray(1 << 30)\n    found = 'had it'\nexcept MemoryError:\n    found = 'refused'\n"
    reply = reply_to(made, f"{source}print(found, flush=True)\n", bounds=Bounds(memory=64 << 20))
    made.close()
    assert reply.output == b"refused\n"
