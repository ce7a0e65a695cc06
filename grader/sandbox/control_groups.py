"""The judge's side of the layer "cgroups": makes a control group per zygote, bounds it, takes it away.

Both kinds are known: version 1 (a hierarchy per controller; root only) and version 2 (one hierarchy; as root below its
root, else in a delegated folder, where the judge first moves into a leaf of its own, because a group with processes
can have no bounded children).
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

CONTROLLERS = ("memory", "pids")
MOST_PROCESSES = 16
"""In a zygote's group: itself, a worker, and some more where no other layer forbids them."""
MEMORY_BESIDES = 256 * 1024 * 1024
"""Bytes on top of what the assignment grants: copies of the zygote's pages, page tables, pipes."""
REMOVE_SECONDS = 1.0
MEMORY_FILES = ("memory.max", "memory.limit_in_bytes")


@dataclass
class ControlGroup:
    """The folders of one group, one for each hierarchy."""

    folders: tuple[str, ...] = ()
    _memory: int = field(default=0)

    def bound(self, memory: int) -> None:
        """Let it use `memory` bytes, and what the harness itself needs."""
        if memory == self._memory:
            return
        for file in (f"{folder}/{name}" for folder in self.folders for name in MEMORY_FILES):
            if os.path.exists(file):
                _write(file, str(memory + MEMORY_BESIDES))
        self._memory = memory

    def remove(self) -> None:
        """Take it away, once what was in it has ended; nothing when the keeper did that already."""
        until = time.monotonic() + REMOVE_SECONDS
        for folder in self.folders:
            while os.path.isdir(folder) and time.monotonic() < until:
                with contextlib.suppress(OSError):
                    os.rmdir(folder)
                    break
                time.sleep(0.005)  # a killed process is in its group until the kernel has taken it apart


def make(name: str, proc: Path = Path("/proc/self")) -> ControlGroup:
    """A new group for one zygote; without folders where none may be made."""
    folders: list[str] = []
    try:
        for parent in parents(proc):
            _tidy(parent)
            folder = f"{parent}/{name}"
            os.mkdir(folder)
            folders.append(folder)
            if os.path.exists(f"{folder}/pids.max"):
                _write(f"{folder}/pids.max", str(MOST_PROCESSES))
    except OSError:  # read-only, not ours, or a controller that is not handed down
        ControlGroup(tuple(folders)).remove()
        return ControlGroup()
    return ControlGroup(tuple(folders))


def _tidy(parent: str) -> None:
    """Remove empty groups whose judge and keeper were killed together."""
    for folder in Path(parent).glob("grader-*-*"):
        owner = folder.name.split("-")[1]
        gone = os.path.exists("/proc/self") and not os.path.exists(f"/proc/{owner}")
        if owner.isdigit() and gone:
            with contextlib.suppress(OSError):
                folder.rmdir()


def parents(proc: Path) -> list[str]:
    """Folders in which groups with both controllers can be made. Raises OSError."""
    mounts = _mounts((proc / "mountinfo").read_text(encoding="utf-8", errors="surrogateescape"))
    own = _own((proc / "cgroup").read_text(encoding="utf-8", errors="surrogateescape"))
    if set(CONTROLLERS) <= mounts.keys():
        return [mounts[name] + own.get(name, "/").rstrip("/") for name in CONTROLLERS]
    unified = mounts.get("")
    if unified is None:
        return []
    if os.geteuid() == 0 and _hands_down(unified):
        return [unified]
    delegated = unified + own.get("", "/").rstrip("/")
    if not _hands_down(delegated):
        _move_into_leaf(delegated)
    return [delegated]


def _mounts(mountinfo: str) -> Mapping[str, str]:
    """Controller → where its hierarchy is mounted; version 2 is called "" (proc_pid_mountinfo(5))."""
    found: dict[str, str] = {}
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        kind, _, options = after.split(" ", 2)
        place = before.split()[4]
        if kind == "cgroup2":
            found.setdefault("", place)
        elif kind == "cgroup":
            for name in set(CONTROLLERS).intersection(options.split(",")):
                found.setdefault(name, place)
    return found


def _own(cgroup: str) -> Mapping[str, str]:
    """Controller → the group that this process is in (cgroups(7))."""
    found: dict[str, str] = {}
    for line in cgroup.splitlines():
        _, names, path = line.split(":", 2)
        found |= dict.fromkeys(names.split(","), path)
    return found


def _hands_down(folder: str) -> bool:
    """Whether groups in a folder have both controllers."""
    return set(CONTROLLERS) <= set(Path(folder, "cgroup.subtree_control").read_text(encoding="ascii").split())


def _move_into_leaf(folder: str) -> None:
    """Make a delegated group hand its controllers down, which it may only when no process is in it itself."""
    leaf = f"{folder}/grader"
    os.makedirs(leaf, exist_ok=True)
    _write(f"{leaf}/cgroup.procs", str(os.getpid()))
    _write(f"{folder}/cgroup.subtree_control", " ".join(f"+{name}" for name in CONTROLLERS))


def _write(path: str | Path, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def names(folders: Iterable[str]) -> str:
    """Which controllers a group's folders have, for people."""
    present = {name for folder in folders for name in CONTROLLERS if any(Path(folder).glob(f"{name}.*"))}
    return ", ".join(sorted(present))
