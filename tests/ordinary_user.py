"""Runs a command as an ordinary user: `python ordinary_user.py COMMAND...`, as root.

This Python or this repository may lie where others may not look (below /root). So the command gets a mount namespace
in which the closed folders on the way are replaced by open ones that hold just what is needed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from grader.sandbox import kernel

UID = 61234
"""A user that has no name and owns nothing."""
ROOT = Path(__file__).resolve().parent.parent


def closed_folder(path: Path) -> Path | None:
    """The highest folder on the way to a path that others may not pass."""
    return next((folder for folder in reversed(path.parents) if not folder.stat().st_mode & 0o001), None)


def open_the_way(paths: list[Path]) -> None:
    """Make some paths reachable for others, in this process's own mount namespace."""
    kernel.unshare(kernel.CLONE_NEWNS)
    kernel.mount("", "/", flags=kernel.MS_REC | kernel.MS_PRIVATE)
    covered: dict[Path, list[tuple[Path, int]]] = {}
    for path in paths:
        if (closed := closed_folder(path)) is not None:
            covered.setdefault(closed, []).append((path, os.open(path, os.O_PATH)))
    for closed, inner in covered.items():
        kernel.mount("tmpfs", str(closed), "tmpfs", options="mode=755")
        for path, fd in inner:
            path.mkdir(parents=True)
            kernel.mount(f"/proc/self/fd/{fd}", str(path), flags=kernel.MS_BIND | kernel.MS_REC)
            os.close(fd)


def main(command: list[str]) -> None:
    """Become the user and run the command."""
    open_the_way(list(dict.fromkeys([Path(sys.base_prefix).resolve(), ROOT])))
    os.setgroups([])
    os.setresgid(UID, UID, UID)
    os.setresuid(UID, UID, UID)
    os.execv(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
