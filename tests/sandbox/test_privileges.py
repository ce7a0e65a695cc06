"""Nobody in particular: what a process may no more once it has given up its privileges."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from sandbox.machines import ORDINARY_USER, run_on
from tiers import needs_layer
from workers import eventually, runs

from grader.sandbox import kernel
from grader.sandbox.base import CageError, Plan
from grader.sandbox.bounds import Bounds
from grader.sandbox.privileges import Privileges

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
USER = 1_000_000_007
ENTER = f"""
import json, os, sys
from grader.sandbox import kernel
from grader.sandbox.base import Plan
from grader.sandbox.privileges import Privileges
from grader.sandbox.readable import Readable
status = open("/proc/self/status")
{{before}}
layer = Privileges(Plan(uid={USER}))
layer._keeper = os.getppid()
layer.enter_zygote(Readable("/etc", (), ()))
facts = dict(line.split(":\\t", 1) for line in status.read().splitlines() if ":\\t" in line)
{{after}}
print(json.dumps(found))
"""
READABLE = 'os.__file__ = "/etc/passwd"  # as a Python that everybody can read'
ENTER_NAMESPACE = """
from grader.sandbox.namespaces import Namespaces
Namespaces(Plan()).enter_keeper()
child = os.fork()
if child:
    os.waitpid(child, 0)
    os._exit(0)
"""
UNREADABLE = 'os.__file__ = "/nonexistent/os.py"'


def entered(after: str, before: str = READABLE) -> Any:
    """What a process finds in `found` that entered the layer."""
    code = ENTER.format(before=before, after=after)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_no_capability_is_left_and_none_can_come_back() -> None:
    after = 'found = [int(facts[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")]'
    assert entered(after) == [0, 0, 0, 0]
    assert entered('found = facts["NoNewPrivs"].strip()') == "1"


@needs_root
def test_root_becomes_a_user_that_is_nobody() -> None:
    after = 'found = [facts["Uid"], facts["Gid"], facts["Groups"].strip(), layer.details()]'
    everywhere = "\t".join([str(USER)] * 4)
    assert entered(after) == [everywhere, everywhere, "", f"user {USER}"]


@needs_root
def test_root_cannot_be_had_back() -> None:
    after = """
found = 0
for change in (os.setuid, os.setgid, os.seteuid, os.setegid):
    try:
        change(0)
    except PermissionError:
        found += 1
"""
    assert entered(after) == 4


@needs_root
def test_where_the_interpreter_is_closed_to_others_the_user_stays() -> None:
    found = entered('found = [os.getuid(), layer.details(), facts["CapEff"]]', before=UNREADABLE)
    assert found == [0, "the user stays: another could not read the interpreter's files", "0" * 16]


@needs_root
def test_where_no_user_is_mapped_the_user_stays() -> None:
    """In a user namespace there are no others to become."""
    needs_layer("namespaces")
    code = ENTER.format(before=READABLE, after="")
    code = code.replace("layer = ", f"{ENTER_NAMESPACE}\nlayer = ")
    code = code.replace("print(json.dumps(found))", "found = os.getuid()")
    assert run_on(ORDINARY_USER, f"{code}\n") == 0


def test_its_memory_is_closed_to_others() -> None:
    assert entered("found = kernel.prctl(3)") == 0  # PR_GET_DUMPABLE
    assert entered('found = os.stat("/proc/self/mem").st_uid') == 0


def test_what_it_writes_is_for_nobody_else() -> None:
    assert entered("found = os.umask(0)") == 0o077


def test_orphans_become_its_children() -> None:
    after = """
reader, writer = os.pipe()
if os.fork() == 0:
    if os.fork() == 0:
        while os.getppid() != int(facts["Pid"]):
            pass
        os.write(writer, b"x")
        os._exit(0)
    os._exit(0)
found = os.read(reader, 1).decode()
"""
    assert entered(after) == "x"


PARENT = """
import os, sys, time
if os.fork() == 0:
    from grader.sandbox.base import Plan
    from grader.sandbox.bounds import Bounds
    from grader.sandbox.privileges import Privileges
    from grader.sandbox.readable import Readable
    layer = Privileges(Plan(uid=1000000007))
    layer.enter_zygote(Readable("", (), ()))
    child = os.fork()
    if child == 0:
        layer.enter_worker(Bounds())
        print(os.getppid(), os.getpid(), flush=True)
    time.sleep(600)
os.wait()
"""


@pytest.mark.parametrize("closed", [True, False])
def test_it_dies_with_its_parent_and_so_do_its_workers(closed: bool) -> None:
    """After the change of the user, which clears that: so for both users."""
    code = PARENT if closed else f"import os\n{READABLE}\n{PARENT}"
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pids = [int(pid) for pid in parent.stdout.readline().split()]
    assert all(map(runs, pids))
    parent.kill()
    parent.communicate()
    assert eventually(lambda: not any(map(runs, pids)))


def test_a_parent_that_was_dead_before_the_kernel_was_told_is_an_error() -> None:
    code = """
found = "went on"
layer._zygote += 1
from grader.sandbox.base import CageError
from grader.sandbox.bounds import Bounds
try:
    layer.enter_worker(Bounds())
except CageError as error:
    found = str(error)
"""
    assert entered(code) == "the parent process is gone"


def test_a_system_without_such_calls_has_no_such_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Privileges(Plan()).unavailable() == ""
    monkeypatch.setattr(kernel, "_prctl", None)
    assert "this system has no such call" in Privileges(Plan()).unavailable()


def test_details_of_an_ordinary_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert Privileges(Plan()).details() == ""


def test_a_worker_of_another_zygote_does_not_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(kernel, "prctl", lambda option, value=0: asked.append((option, value)))
    with pytest.raises(CageError):
        Privileges(Plan()).enter_worker(Bounds())
    assert asked == [(kernel.PR_SET_PDEATHSIG, 9)]
