"""Which processes there are, from the outside: through /proc, whatever they say of themselves."""

from __future__ import annotations

import os
import time
from collections import Counter
from pathlib import Path

MARK = "HOSTILE_TEST"
"""A variable of the zygotes' environment by which what they leave behind is known, whoever its parent is by now."""


def parents() -> dict[int, int]:
    """Process → parent, of all that live."""
    found: dict[int, int] = {}
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            try:
                stat = (path / "stat").read_text(encoding="utf-8", errors="replace")
                state, parent = stat.rpartition(")")[2].split()[:2]  # a name may have anything in it
            except (OSError, ValueError):  # it ended meanwhile
                continue
            if state not in "ZX":
                found[int(path.name)] = int(parent)
    return found


def below(ancestor: int) -> set[int]:
    """Processes that descend from one."""
    known = parents()
    found: set[int] = set()
    while more := {process for process, parent in known.items() if parent in found | {ancestor}} - found:
        found |= more
    return found


def families() -> Counter[int]:
    """How many processes there are below each child of this process, itself included."""
    known = parents()
    return Counter(top for process in known if (top := _child_above(process, known)))


def _child_above(process: int, known: dict[int, int]) -> int:
    """The child of this process that one descends from, or 0."""
    while process in known and known[process] != os.getpid():
        process = known[process]
    return process if process in known else 0


def strays() -> set[int]:
    """Processes with the mark that descend from this one no more."""
    known = parents()
    mark = f"{MARK}={os.getpid()}".encode()
    return {process for process in known if not _child_above(process, known) and mark in _environment(process)}


def _environment(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/environ").read_bytes()
    except OSError:
        return b""


def left_behind(usual: int, seconds: float = 3.0) -> list[str]:
    """Processes besides the `usual` number of each zygote, once those that are ending have had time to end."""
    deadline = time.monotonic() + seconds
    while True:
        found = [f"{count} processes, not {usual}" for count in families().values() if count > usual]
        found += [f"process {process} got away" for process in strays()]
        if not found or time.monotonic() > deadline:
            return found
        time.sleep(0.02)
