"""Between submissions nothing survives: no process, no memory, no descriptor; and it is proved each time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from tiers import UNCAGED, needs_layer, needs_tier
from workers import BOUNDS, eventually, family, found_by, load, reply_to, runs, works

from grader import launcher
from grader.launcher import Zygote
from grader.model import Stopped


@pytest.fixture(scope="module")
def caged() -> Iterator[Zygote]:
    made = Zygote()
    yield made
    made.close()


@pytest.fixture(scope="module")
def uncaged() -> Iterator[Zygote]:
    """Workers that look around and fork as they like."""
    made = Zygote(without=UNCAGED)
    yield made
    made.close()


@pytest.fixture(scope="module")
def subreaper() -> Iterator[Zygote]:
    """Workers that fork, below a zygote that orphans come to: as in the restricted tier."""
    needs_layer("privileges")
    made = Zygote(without=("cgroups", "namespaces", "limits", "landlock", "seccomp"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def first() -> Iterator[Zygote]:
    """Workers that fork, below the first process of a namespace: as in the full tier."""
    needs_layer("namespaces")
    made = Zygote(without=("cgroups", "limits", "landlock", "seccomp"))
    yield made
    made.close()


@pytest.fixture(params=["first", "subreaper"])
def forking(request: pytest.FixtureRequest) -> Zygote:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Zygote)
    return found


# --- processes ---------------------------------------------------------------------------------------

LEFT = {
    "child": "os.fork() or rest()",
    "child in a session of its own": "os.fork() or os.setsid() or rest()",
    "orphan": "os.fork() or os.fork() and os._exit(0) or rest()",
    "daemon": "os.fork() or os.setsid() or os.fork() and os._exit(0) or rest()",
    "orphan with children": "os.fork() or os.fork() and os._exit(0) or os.fork() or os.fork() or rest()",
}
LEAVE = """
import os, signal, time
def rest():
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    while True:
        time.sleep(600)
worker = os.getpid()
for _ in range(3):
    WHAT
    if os.getpid() != worker:
        rest()
time.sleep(0.1)
"""


@pytest.mark.parametrize("what", LEFT)
@pytest.mark.parametrize("end", ["", "os._exit(3)", "os.kill(os.getpid(), 9)"], ids=["goes", "exits", "is killed"])
def test_what_a_worker_left_running_is_ended_before_the_next(forking: Zygote, what: str, end: str) -> None:
    _ = forking.isolation
    usual = family(forking._process.pid)
    reply = reply_to(forking, f"{LEAVE.replace('WHAT', LEFT[what])}{end}\n")
    assert isinstance(reply.message, Stopped) == bool(end)
    forking.fork(BOUNDS).kill()  # the one before has ended, with all that it left
    assert family(forking._process.pid) == usual


def test_what_a_worker_left_running_was_there(forking: Zygote) -> None:
    """Else the test before would show nothing."""
    worker = forking.fork(BOUNDS)
    worker.send([load(LEAVE.replace("WHAT", LEFT["daemon"]) + "time.sleep(600)\n")])
    keeper = forking._process.pid
    assert eventually(lambda: len([pid for pid in family(keeper) if runs(pid)]) == 6)
    left = [pid for pid in family(keeper)[2:] if runs(pid)]
    worker.kill()
    assert not any(map(runs, left))


def test_who_forks_as_fast_as_it_can_is_ended(forking: Zygote) -> None:
    worker = forking.fork(BOUNDS)
    worker.send([load("import os, time\nfor _ in range(5):\n    os.fork()\nos.setsid()\ntime.sleep(600)\n")])
    assert eventually(lambda: len(family(forking._process.pid)) >= 34)
    members = family(forking._process.pid)[2:]
    worker.kill()
    assert not any(map(runs, members))
    assert works(forking)


def test_programs_that_a_worker_started_end_with_it(subreaper: Zygote) -> None:
    """In a namespace there are none."""
    source = "import subprocess\np = subprocess.Popen(['sleep', '600'], start_new_session=True)\nfound = p.pid\n"
    pid = found_by(subreaper, source)
    subreaper.fork(BOUNDS).kill()
    assert not runs(pid)


def test_children_of_a_worker_end_with_it_where_nothing_else_is_to_be_had(uncaged: Zygote) -> None:
    pid = found_by(uncaged, "import subprocess\np = subprocess.Popen(['sleep', '600'])\nfound = p.pid\n")
    uncaged.fork(BOUNDS).kill()
    assert eventually(lambda: not runs(pid))


# --- memory ------------------------------------------------------------------------------------------

SCAN = """
def times_in_memory(first, second):
    found = 0
    with open("/proc/self/maps") as maps:
        regions = [line.split() for line in maps if line.split()[1].startswith("r") and "[v" not in line]
    with open("/proc/self/mem", "rb", 0) as memory:
        for first_address, last_address in (region[0].split("-") for region in regions):
            at, end = int(first_address, 16), int(last_address, 16)
            memory.seek(at)
            data = memory.read(end - at)
            place = data.find(first)
            while place >= 0:
                after = data[place + len(first) : place + len(first) + len(second)]
                found += after[::-1] == second
                place = data.find(first, place + 1)
    return found
"""
MARK = "this-line-is-an-earlier-students-" + "own-and-nobody-elses"
HALVES = f"{MARK[:33].encode()!r}, {MARK[33:][::-1].encode()!r}"
"""The mark in two pieces, one of them backwards: whoever looks for it must not have it."""


def test_nothing_of_an_earlier_submission_is_in_a_later_workers_memory(uncaged: Zygote) -> None:
    assert found_by(uncaged, f"# {MARK}\nfound = '{MARK}' * 1000\n") == MARK * 1000
    assert found_by(uncaged, f"{SCAN}\nfound = times_in_memory({HALVES})\n") == 0


def test_a_mark_that_is_in_memory_is_found(uncaged: Zygote) -> None:
    """Else the test before would show nothing."""
    assert found_by(uncaged, f"# {MARK}\n{SCAN}\nfound = times_in_memory({HALVES})\n") > 0
    made = f"held = b'{MARK[:33]}' + {MARK[33:][::-1].encode()!r}[::-1]\n"
    assert found_by(uncaged, f"{SCAN}\n{made}found = times_in_memory({HALVES})\n") > 0


def test_what_a_submission_changed_is_as_before_for_the_next(caged: Zygote) -> None:
    change = (
        "import builtins, json, os, sys\nimport numpy as np\n"
        "builtins.mark = json.mark = np.mark = sys.mark = 1\nos.environ['MARK'] = '1'\nnp.set_printoptions(1)\n"
    )
    look = (
        "import builtins, os, sys\nimport numpy as np\n"
        "found = [hasattr(module, 'mark') for module in (builtins, json, np, sys)]\n"
        "found += ['MARK' in os.environ, np.get_printoptions()['precision']]\n"
    )
    assert found_by(caged, f"{change}found = 1\n") == 1
    assert found_by(caged, look) == [False] * 5 + [8]


SHARE = """
import ctypes, errno, os
libc = ctypes.CDLL(None, use_errno=True)
def told(result):
    return errno.errorcode[ctypes.get_errno()] if result < 0 else "made"
found = [told(libc.shmget(4711, 4096, 0o1600)), told(libc.semget(4711, 1, 0o1600)), told(libc.msgget(4711, 0o1600))]
if hasattr(libc, "memfd_create"):
    found.append(told(libc.memfd_create(b"x", 0)))
add_key = {"x86_64": 248, "aarch64": 217}[os.uname().machine]
for keyring in (-1, -2, -3, -4, -5):
    found.append(told(libc.syscall(add_key, b"user", b"mark", b"x", 1, keyring)))
"""


@pytest.mark.parametrize("without", [(), ("namespaces",)], ids=["full", "restricted"])
def test_nothing_can_be_made_that_would_outlive_a_worker(without: tuple[str, ...]) -> None:
    needs_tier("restricted" if without else "full")
    made = Zygote(without=without)
    found = found_by(made, SHARE)
    made.close()
    assert set(found) == {"EPERM"}


def test_no_place_for_files_is_shared_by_workers(first: Zygote) -> None:
    source = (
        "import os\nfound = []\nfor place in ('/', '/tmp', '/dev/shm', '/var/tmp', '/run', os.getcwd()):\n"
        "    try:\n        open(f'{place}/mark', 'w')\n        found.append(place)\n    except OSError:\n        pass\n"
    )
    assert found_by(first, source) == []


# --- what a worker has -------------------------------------------------------------------------------

DESCRIPTORS = """
import fcntl
found = []
for number in range(4096):
    try:
        fcntl.fcntl(number, fcntl.F_GETFD)
        found.append(number)
    except OSError:
        pass
"""


@pytest.mark.parametrize("zygote", ["caged", "uncaged"])
def test_a_worker_has_five_descriptors_and_no_other(request: pytest.FixtureRequest, zygote: str) -> None:
    made = request.getfixturevalue(zygote)
    for _ in range(2):
        assert found_by(made, DESCRIPTORS) == [0, 1, 2, 3, 4]


def test_all_of_them_are_pipes_of_its_own(uncaged: Zygote) -> None:
    """No file, no device, no socket; only what is printed in two ways goes the same way."""
    source = "import os\nfound = [os.readlink(f'/proc/self/fd/{number}') for number in range(5)]\n"
    nothing, out, error, *channel = found_by(uncaged, source)
    assert all(name.startswith("pipe:[") for name in (nothing, out, error, *channel))
    assert out == error
    assert len({nothing, out, *channel}) == 4


def test_flags_of_a_descriptor_do_not_reach_the_next_worker(caged: Zygote) -> None:
    """They belong to what is open, and not to who has it open."""
    look = "import fcntl\nfound = [fcntl.fcntl(number, fcntl.F_GETFL) for number in range(5)]\n"
    before = found_by(caged, f"{look}fcntl.fcntl(0, fcntl.F_SETFL, found[0] | 0o6000)\n")
    assert found_by(caged, look) == before


@pytest.mark.parametrize("zygote", ["caged", "uncaged"])
def test_the_environment_is_clean(request: pytest.FixtureRequest, zygote: str) -> None:
    found = found_by(request.getfixturevalue(zygote), "import os\nfound = dict(os.environ)\n")
    assert found == launcher.clean_environment()


def test_the_environment_was_never_the_judges(uncaged: Zygote) -> None:
    """Not even where the kernel keeps what a process was started with."""
    source = "found = open('/proc/self/environ').read().split('\\0')\n"
    expected = {f"{name}={value}" for name, value in launcher.clean_environment().items()}
    assert set(filter(None, found_by(uncaged, source))) == expected


def test_it_is_alone_in_its_session(uncaged: Zygote) -> None:
    """A signal to a group does not reach zygote and judge; no terminal is at hand."""
    source = (
        "import os\nfound = [os.getsid(0) == os.getpid() == os.getpgrp()]\n"
        "try:\n    os.open('/dev/tty', os.O_RDWR)\nexcept OSError:\n    found.append('no terminal')\n"
    )
    assert found_by(uncaged, source) == [True, "no terminal"]


def test_interrupts_are_as_in_any_python(caged: Zygote) -> None:
    source = "import signal\nfound = signal.getsignal(signal.SIGINT) is signal.default_int_handler\n"
    assert found_by(caged, source) is True


def test_a_zygote_whose_judge_is_silent_uses_no_time(caged: Zygote) -> None:
    assert works(caged)
    zygote = family(caged._process.pid)[1]
    before, _, after = cpu_ticks(zygote), eventually(lambda: False, 0.5), cpu_ticks(zygote)
    assert after - before <= 1


def cpu_ticks(pid: int) -> int:
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:  # noqa: PTH123
        fields = file.read().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def test_a_zygote_that_nobody_asked_anything_ends_with_its_line() -> None:
    code = (
        "from grader.launcher import Zygote\nz = Zygote()\n_ = z.isolation\nprint(z._process.pid, flush=True)\ninput()"
    )
    command, pipe = [sys.executable, "-c", code], subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as judge:
        assert judge.stdout is not None
        members = family(int(judge.stdout.readline()))
        judge.send_signal(signal.SIGKILL)
    assert len(members) == 2
    assert eventually(lambda: not any(map(runs, members)))
    assert os.getpid() not in members
