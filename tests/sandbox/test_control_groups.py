"""Control groups of both versions, in trees of files that stand for them; and a real one, where it may be made."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from tiers import reached
from workers import BOUNDS, eventually, family, found_by, reply_to, runs, stopped, works

from grader.errors import HarnessError
from grader.launcher import Zygote
from grader.sandbox import control_groups
from grader.sandbox.base import Plan
from grader.sandbox.bounds import Bounds
from grader.sandbox.cgroups import Cgroups
from grader.sandbox.control_groups import MEMORY_BESIDES, MOST_PROCESSES, ControlGroup
from grader.sandbox.readable import Readable

MB = 1024 * 1024
NONE = "24 1 0:22 / /proc rw,relatime shared:5 - proc proc rw\n"


def tree(root: Path, **files: str) -> None:
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def version_1(root: Path, memory: str = "/", pids: str = "/") -> Path:
    """The folder of a process on a machine of version 1; `memory` and `pids` are the groups that it is in."""
    tree(
        root,
        proc__mountinfo=(
            f"{NONE}30 29 0:26 / {root}/memory rw - cgroup cgroup rw,memory\n"
            f"31 29 0:27 / {root}/pids rw shared:9 - cgroup cgroup rw,pids\n"
            f"32 29 0:28 / {root}/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"
        ),
        proc__cgroup=f"9:name=systemd:/x\n5:memory:{memory}\n4:pids:{pids}\n3:cpu,cpuacct:/y\n0::/\n",
    )
    for controller, group in (("memory", memory), ("pids", pids)):
        Path(f"{root}/{controller}{group}").mkdir(parents=True, exist_ok=True)
    return root / "proc"


def version_2(root: Path, own: str, handed_down: str, of_root: str = "") -> Path:
    """The same of version 2: what is handed down to the groups in its own, and in the root."""
    tree(root, proc__mountinfo=f"{NONE}30 29 0:26 / {root}/all rw - cgroup2 cgroup2 rw\n", proc__cgroup=f"0::{own}\n")
    tree(root / "all", **{"cgroup.subtree_control": of_root})
    tree(Path(f"{root}/all{own}"), **{"cgroup.subtree_control": handed_down, "cgroup.procs": ""})
    return root / "proc"


@pytest.fixture
def ordinary(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


@pytest.fixture
def root_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)


# --- where --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("memory", "pids"), [("/", "/"), ("/docker/abc", "/docker/abc"), ("/a", "/b/c")])
def test_version_1_has_a_hierarchy_for_each(tmp_path: Path, memory: str, pids: str) -> None:
    proc = version_1(tmp_path, memory, pids)
    expected = [f"{tmp_path}/memory{memory}".rstrip("/"), f"{tmp_path}/pids{pids}".rstrip("/")]
    assert control_groups.parents(proc) == expected


def test_version_2_below_the_root_for_root(tmp_path: Path, root_user: None) -> None:
    proc = version_2(tmp_path, "/user.slice/x", "", of_root="cpu memory pids")
    assert control_groups.parents(proc) == [f"{tmp_path}/all"]


def test_version_2_in_a_delegated_folder_for_others(tmp_path: Path, ordinary: None) -> None:
    proc = version_2(tmp_path, "/user.slice/run-1.scope", "memory pids", of_root="cpu memory pids")
    assert control_groups.parents(proc) == [f"{tmp_path}/all/user.slice/run-1.scope"]


def test_the_judge_makes_room_in_a_delegated_folder_by_moving_into_a_leaf(tmp_path: Path, ordinary: None) -> None:
    proc = version_2(tmp_path, "/scope", "")
    (place,) = control_groups.parents(proc)
    assert (Path(place) / "grader" / "cgroup.procs").read_text() == str(os.getpid())
    assert (Path(place) / "cgroup.subtree_control").read_text() == "+memory +pids"


def test_a_machine_that_has_none(tmp_path: Path) -> None:
    tree(tmp_path, proc__mountinfo=NONE, proc__cgroup="0::/\n")
    assert control_groups.parents(tmp_path / "proc") == []
    assert control_groups.make("mine", tmp_path / "proc") == ControlGroup()
    assert control_groups.make("mine", tmp_path / "nothing") == ControlGroup()


# --- making and bounding ------------------------------------------------------------------------------


def test_a_group_is_made_in_each_hierarchy(tmp_path: Path) -> None:
    proc = version_1(tmp_path)
    group = control_groups.make("mine", proc)
    assert group.folders == (f"{tmp_path}/memory/mine", f"{tmp_path}/pids/mine")
    assert all(Path(folder).is_dir() for folder in group.folders)


def test_a_half_made_group_is_taken_away_again(tmp_path: Path) -> None:
    proc = version_1(tmp_path)
    tree(tmp_path, pids__mine="in the way")
    assert control_groups.make("mine", proc) == ControlGroup()
    assert not (tmp_path / "memory" / "mine").exists()


def test_the_number_of_processes_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel puts the files into a folder that is made; here that is played."""
    proc, make_folder = version_1(tmp_path), os.mkdir

    def mkdir(path: str) -> None:
        make_folder(path)
        Path(path, "pids.max").write_text("max")

    monkeypatch.setattr(os, "mkdir", mkdir)
    group = control_groups.make("mine", proc)
    assert Path(group.folders[1], "pids.max").read_text() == str(MOST_PROCESSES)


@pytest.mark.parametrize("file", control_groups.MEMORY_FILES)
def test_memory_is_bounded_by_what_the_assignment_grants_and_a_little_more(tmp_path: Path, file: str) -> None:
    (tmp_path / file).write_text("max")
    group = ControlGroup((str(tmp_path),))
    group.bound(64 * MB)
    assert (tmp_path / file).read_text() == str(64 * MB + MEMORY_BESIDES)
    (tmp_path / file).write_text("seen")
    group.bound(64 * MB)  # as it is: no file is written for each worker
    assert (tmp_path / file).read_text() == "seen"
    group.bound(32 * MB)
    assert (tmp_path / file).read_text() == str(32 * MB + MEMORY_BESIDES)
    assert {path.name for path in tmp_path.iterdir()} == {file}


# --- taking away --------------------------------------------------------------------------------------


def test_a_group_is_gone_or_was_gone_already(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    group = ControlGroup((str(tmp_path / "one"), str(tmp_path / "never")))
    group.remove()
    group.remove()
    assert list(tmp_path.iterdir()) == []


def test_it_waits_for_who_is_still_in_it(tmp_path: Path) -> None:
    (tmp_path / "one" / "busy").mkdir(parents=True)
    later = threading.Timer(0.1, (tmp_path / "one" / "busy").rmdir)
    later.start()
    ControlGroup((str(tmp_path / "one"),)).remove()
    later.join()
    assert not (tmp_path / "one").exists()


def test_it_does_not_wait_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control_groups, "REMOVE_SECONDS", 0.05)
    (tmp_path / "one" / "busy").mkdir(parents=True)
    ControlGroup((str(tmp_path / "one"),)).remove()
    assert (tmp_path / "one" / "busy").exists()


# --- the layer ----------------------------------------------------------------------------------------


def test_the_zygote_enters_every_hierarchy_and_says_which(tmp_path: Path) -> None:
    for name in ("memory", "pids"):
        tree(tmp_path / name, **{f"{name}.max": "max", "cgroup.procs": ""})
    layer = Cgroups(Plan(cgroup=(str(tmp_path / "memory"), str(tmp_path / "pids"))))
    assert layer.unavailable() == ""
    layer.enter_zygote(Readable("", (), ()))
    assert [(tmp_path / name / "cgroup.procs").read_text() for name in ("memory", "pids")] == ["0", "0"]
    assert layer.details() == "memory, pids"


def test_without_a_group_there_is_no_such_layer() -> None:
    assert "no control group could be made" in Cgroups(Plan()).unavailable()


# --- a real one ---------------------------------------------------------------------------------------


@pytest.fixture
def group() -> Callable[[Zygote], tuple[str, ...]]:
    """Folders of a zygote's group; the tier is reached without, so that a machine may do without."""
    if "cgroups" not in reached().layers:
        pytest.skip(reached().left_out["cgroups"])
    return lambda zygote: zygote._group.folders


Folders = Callable[[Zygote], tuple[str, ...]]


def members(folder: str) -> set[int]:
    return {int(line) for line in Path(folder, "cgroup.procs").read_text().split()}


def test_zygote_and_workers_are_in_it_and_it_ends_with_them(group: Folders) -> None:
    made = Zygote()
    worker = made.fork(BOUNDS)
    processes = eventually(lambda: family(made._process.pid) if len(family(made._process.pid)) == 3 else [])
    for folder in group(made):
        assert members(folder) == set(processes[1:])
    folders = group(made)
    worker.kill()
    made.close()
    assert not any(Path(folder).exists() for folder in folders)


@pytest.mark.parametrize("whom", [0, 1], ids=["keeper", "zygote"])
def test_it_goes_away_when_they_are_killed(group: Folders, whom: int) -> None:
    made = Zygote()
    _ = made.isolation
    folders = group(made)
    os.kill(family(made._process.pid)[whom], 9)
    made._process.wait()
    made.close()
    assert not any(Path(folder).exists() for folder in folders)


FILL = """
import ctypes, os
libc = ctypes.CDLL(None)
held = []
for _ in range(64):
    memory = os.memfd_create("x")
    os.truncate(memory, 16 << 20)
    for _ in range(16):
        os.write(memory, bytes(1 << 20))
    held.append(memory)
"""


def test_shared_memory_that_no_other_limit_counts_is_bounded(group: Folders) -> None:
    """Files in memory: with the layers left out that refuse them. The kernel may choose the zygote to be killed."""
    made = Zygote(without=("limits", "landlock", "seccomp"))
    try:
        assert stopped(reply_to(made, FILL, 60.0, Bounds(memory=64 * MB))) == ("crashed", "SIGKILL")
    except HarnessError:
        assert not runs(made._process.pid)
    made.close()


def test_processes_are_bounded(group: Folders) -> None:
    made = Zygote(without=("limits", "landlock", "seccomp"))
    source = (
        "import os, time\nfound = 0\ntry:\n    while found < 100:\n        if os.fork() == 0:\n"
        "            time.sleep(600)\n        found += 1\nexcept BlockingIOError:\n    pass\n"
    )
    found = found_by(made, source)
    assert works(made)
    made.close()
    assert 8 < found < MOST_PROCESSES
