"""Real workers, asked directly: what a submission prints, how it ends, and which processes there are meanwhile."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from grader import wire
from grader.launcher import Zygote
from grader.model import Stopped
from grader.process import Reply
from grader.sandbox.bounds import Bounds

BOUNDS = Bounds()
T = TypeVar("T")


def load(source: str) -> tuple[bytes, bytes]:
    """A request that loads a file."""
    data = source.encode()
    fields: dict[str, Any] = {"op": "load", "files": [["m.py", len(data)]], "functions": {}, "modules": []}
    return wire.encode_body(fields | {"main": None, "cells": None, "skip": [], "definitions_only": False}, (), data)


def reply_to(zygote: Zygote, source: str, seconds: float = 20.0, bounds: Bounds = BOUNDS) -> Reply:
    """What loading a file comes to, in a worker of its own."""
    worker = zygote.fork(bounds)
    worker.send([load(source)])
    reply = worker.receive(seconds)
    if not isinstance(reply.message, Stopped):
        worker.close()
    return reply


def found_by(zygote: Zygote, source: str) -> Any:
    """What a submission finds out, which it leaves in `found`; it must get to its end."""
    reply = reply_to(zygote, f"import json\n{source}\nprint(json.dumps(found), flush=True)\n")
    assert not isinstance(reply.message, Stopped), reply
    assert reply.message.fields["problems"] == [], reply
    return json.loads(reply.output.splitlines()[-1])


def stopped(reply: Reply) -> tuple[str, str]:
    """Why and how exactly a worker was stopped."""
    assert isinstance(reply.message, Stopped), reply
    return reply.message.reason, reply.message.detail


def works(zygote: Zygote) -> bool:
    """Whether the next submission finds nothing amiss."""
    reply = reply_to(zygote, "x = 1")
    return not isinstance(reply.message, Stopped) and reply.message.fields["problems"] == []


# --- from the outside --------------------------------------------------------------------------------


def eventually(look: Callable[[], T], seconds: float = 20.0) -> T:
    """What `look` gives once it is true, or at last."""
    deadline = time.monotonic() + seconds
    while not (seen := look()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return seen


def runs(pid: int) -> bool:
    """Whether a process is there and has not ended."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return False


def family(pid: int) -> list[int]:
    """A process and all below it: keeper, zygote, worker, each the child of the one before."""
    found = [pid]
    for member in found:
        try:
            found += map(int, Path(f"/proc/{member}/task/{member}/children").read_text().split())
        except OSError:  # it ended meanwhile
            continue
    return found


def keeper_zygote_worker(keeper: int) -> list[int]:
    """Their process ids, once all three are there."""
    eventually(lambda: len(family(keeper)) >= 3)
    members = family(keeper)
    assert len(members) == 3, members
    return members


def descriptors() -> int:
    """How many this process has open."""
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208  # a Path would be open itself while it is listed


KINDS = ("pid_for_children", "mnt", "net", "ipc", "uts", "user")


def namespaces_of(pid: int) -> dict[str, str]:
    """Kind of namespace → the one that a process is in."""
    return {kind: str(Path(f"/proc/{pid}/ns/{kind}").readlink()) for kind in KINDS}
