"""A machine of its own: what a worker finds in it, when nothing else keeps it from looking."""

from __future__ import annotations

import ctypes
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tiers import needs_layer
from workers import eventually, family, found_by, keeper_zygote_worker, load, namespaces_of, reply_to, runs

from grader.launcher import Zygote
from grader.sandbox import namespaces
from grader.sandbox.bounds import Bounds
from grader.sandbox.readable import LOADER_FILES, Readable

ROOT = Path(__file__).resolve().parent.parent.parent
PYTHON = Path(os.__file__).parent
NUMPY = Path(np.__file__).parent


@pytest.fixture(scope="module")
def bare() -> Iterator[Zygote]:
    """Workers that only this layer keeps from anything: they may open what there is, and have what rights it gives."""
    needs_layer("namespaces")
    made = Zygote(without=("cgroups", "privileges", "limits", "landlock", "seccomp"))
    yield made
    made.close()


# --- its files ---------------------------------------------------------------------------------------

WALK = """
import os
found = {"strange": [], "seen": 0, "os.py": False}
for folder, _, names in os.walk("/", onerror=lambda error: found["strange"].append(repr(error))):
    for path in (os.path.join(folder, name) for name in names):
        found["seen"] += 1
        if not path.startswith(EXPECTED):
            found["strange"].append(path)
found["os.py"] = os.path.isfile(os.__file__)
"""


def test_nothing_is_there_but_python_and_its_packages(bare: Zygote) -> None:
    """Loaded libraries come with the folder that they are in; so does coverage, where tests are measured."""
    libraries = [folder for folder in Readable.by_this_process().library_folders if "-packages" not in folder]
    folders = (*map(str, (PYTHON, NUMPY, f"{NUMPY}.libs", NUMPY.parent / "coverage")), *libraries)
    expected = (*(f"{folder}/" for folder in folders), *LOADER_FILES, *namespaces.LINKS)
    found = found_by(bare, WALK.replace("EXPECTED", repr(expected)))
    assert found["strange"] == []
    assert found["os.py"]
    assert found["seen"] > 1000  # it did look


def test_folders_of_packages_show_only_what_is_loaded(bare: Zygote) -> None:
    for place in {*PYTHON.glob("*-packages"), NUMPY.parent}:
        name = str(place)
        inside = found_by(bare, f"import os\nfound = os.listdir({name!r}) if os.path.exists({name!r}) else []\n")
        assert {name.partition(".")[0] for name in inside} <= {"numpy", "coverage"}, place


@pytest.mark.parametrize(
    "path",
    [
        *("/proc", "/dev", "/sys", "/tmp", "/var", "/home", "/old", "/etc/passwd", "/etc/hosts", "/run"),
        *(str(ROOT / name) for name in ("grader/worker.py", "reference", "test_specs", "tests", "submissions")),
        __file__,
    ],
)
def test_the_rest_of_the_machine_is_not_there(bare: Zygote, path: str) -> None:
    if Path(path) in ROOT.parents:
        path += "/other"  # the way to the packages is there, and nothing else on it
    assert found_by(bare, f"import os\nfound = os.path.lexists({path!r})\n") is False


def test_what_others_put_into_shared_folders_is_not_there(bare: Zygote, tmp_path: Path) -> None:
    (tmp_path / "other_student.py").write_text("x = 1")
    assert found_by(bare, f"import os\nfound = os.path.exists({str(tmp_path)!r})\n") is False


WRITE = """
import os
found = []
for folder in FOLDERS:
    for name, change in {
        "create": lambda: open(f"{folder}/new", "w"),
        "folder": lambda: os.mkdir(f"{folder}/new"),
        "link": lambda: os.symlink("x", f"{folder}/new"),
        "node": lambda: os.mkfifo(f"{folder}/new"),
        "mode": lambda: os.chmod(folder, 0o777),
        "times": lambda: os.utime(folder),
        "remove": lambda: os.rmdir(folder),
    }.items():
        try:
            change()
            found.append([folder, name])
        except OSError:
            pass
    if not os.statvfs(folder).f_flag & os.ST_RDONLY:
        found.append([folder, "is not read-only"])
"""


def test_nothing_can_be_written_not_even_by_root(bare: Zygote) -> None:
    folders = ["/", *map(str, (PYTHON, PYTHON / "json", NUMPY.parent, NUMPY))]
    assert found_by(bare, WRITE.replace("FOLDERS", repr(folders))) == []
    assert not Path(PYTHON, "new").exists()


def test_what_student_code_imports_is_still_found(bare: Zygote) -> None:
    source = "import numpy.polynomial, numpy.ma, sqlite3, colorsys, tomllib, ctypes\nfound = numpy.__file__\n"
    assert found_by(bare, source) == np.__file__


# --- the rest of it ----------------------------------------------------------------------------------


def test_the_hosts_name_is_nobodys(bare: Zygote) -> None:
    assert found_by(bare, "import socket\nfound = socket.gethostname()\n") == "grader"
    assert socket.gethostname() != "grader"


REACH = """
import errno, socket
found = [name for _, name in socket.if_nameindex()]
for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
    with socket.socket(socket.AF_INET, kind) as one:
        try:
            one.settimeout(5)
            one.connect(("127.0.0.1", PORT))
            found.append("connected")
        except OSError as error:
            found.append(errno.errorcode[error.errno])
"""


def test_there_is_no_network(bare: Zygote) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        devices = found_by(bare, REACH.replace("PORT", str(server.getsockname()[1])))
    refused = devices[-2:]
    assert refused == ["ENETUNREACH", "ENETUNREACH"]
    assert set(devices[:-2]) <= {"lo", "sit0", "tunl0", "ip6tnl0", "gre0", "gretap0", "erspan0", "ip_vti0", "ip6_vti0"}
    assert "lo" in devices  # which is down


def test_abstract_sockets_of_the_machine_are_out_of_reach(bare: Zygote) -> None:
    name = f"grader-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(f"\0{name}")
        server.listen()
        source = (
            "import errno, socket\nwith socket.socket(socket.AF_UNIX) as one:\n"
            f"    found = errno.errorcode[one.connect_ex('\\0{name}')]\n"
        )
        assert found_by(bare, source) == "ECONNREFUSED"


def test_shared_memory_of_the_machine_is_out_of_reach(bare: Zygote) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    key, create = 0x47524144 ^ os.getpid(), 0o1000 | 0o666
    segment = libc.shmget(key, 4096, create)
    assert segment >= 0
    try:
        assert found_by(bare, f"import ctypes\nfound = ctypes.CDLL(None).shmget({key}, 4096, 0)\n") == -1
    finally:
        libc.shmctl(segment, 0, None)


def test_its_zygote_is_the_first_process_and_no_other_is_there_to_be_signalled(bare: Zygote) -> None:
    source = (
        "import os\nfound = [os.getppid(), os.getsid(1)]\n"
        f"for pid in ({os.getpid()}, {os.getppid()}, {bare._process.pid}):\n"
        "    try:\n        os.kill(pid, 0)\n        found.append(pid)\n    except ProcessLookupError:\n        pass\n"
    )
    assert found_by(bare, source) == [1, 0]


def test_all_that_is_in_it_ends_with_its_zygote() -> None:
    needs_layer("namespaces")
    lost = Zygote(without=("cgroups", "limits", "seccomp"))
    worker = lost.fork(Bounds())
    daemons = "import os, time\nfor _ in range(3):\n    if not os.fork():\n        os.setsid(); time.sleep(600)\n"
    worker.send([load(f"{daemons}time.sleep(600)")])
    _, zygote, *_ = eventually(lambda: family(lost._process.pid) if len(family(lost._process.pid)) == 6 else [])
    members = family(lost._process.pid)
    os.kill(zygote, 9)
    assert eventually(lambda: not any(map(runs, members)))
    worker.abandon()
    lost.close()


def test_the_keeper_is_not_in_it(bare: Zygote) -> None:
    worker = bare.fork(Bounds())
    worker.send([load("import time; time.sleep(600)")])
    keeper, zygote, pid = keeper_zygote_worker(bare._process.pid)
    of_judge, of_keeper, of_zygote, of_worker = map(namespaces_of, (os.getpid(), keeper, zygote, pid))
    worker.kill()
    own = ("mnt", "net", "ipc", "uts")
    assert not {of_judge[kind] for kind in own} & {of_zygote[kind] for kind in own}
    assert of_zygote == of_worker
    assert of_keeper["pid_for_children"] == of_zygote["pid_for_children"] != of_judge["pid_for_children"]
    assert {kind: of_keeper[kind] for kind in own} == {kind: of_judge[kind] for kind in own}


def test_workers_in_it_are_told_apart_by_nothing_that_lasts(bare: Zygote) -> None:
    """Another worker, another process id: the namespace counts on."""
    first, second = (found_by(bare, "import os\nfound = os.getpid()\n") for _ in range(2))
    assert 1 < first < second < 1000
    assert reply_to(bare, "x = 1").output == b""
