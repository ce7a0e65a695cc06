"""A spawned worker's own side: ready after its plan, waiting for its bounds, gone when its line to the judge is."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from grader import launcher, spawned, spawner
from grader.child import Child
from grader.sandbox.base import PLAN_LENGTH, Plan
from grader.sandbox.bounds import Bounds

PLAN = Plan(
    without=("limits",), missing=dict.fromkeys(("cgroups", "namespaces", "privileges", "landlock", "seccomp"), "-")
)


def started(*, progress: str = "") -> Child:
    return Child(launcher.command("spawned", progress), launcher.clean_environment())


def says(made: Child) -> bytes:
    said = b""
    while not said.endswith(b"\n"):
        assert made.await_answers(time.monotonic() + 20)
        part, more = made.take()
        assert more
        said += part
    return said


def test_both_sides_agree_on_the_progress() -> None:
    assert (spawned.READY, spawned.PROGRESS_SIZE) == (spawner.READY, spawner.PROGRESS_SIZE)


def test_it_says_what_it_is_isolated_by_and_leaves_when_it_is_let_go() -> None:
    plan = PLAN.to_json()
    made = started()
    made.send(PLAN_LENGTH.pack(len(plan)) + plan)
    told = json.loads(says(made).removeprefix(spawned.READY))
    assert told["entered"] == {}
    assert told["left_out"]["limits"] == "left out on request"
    made.let_go()
    assert made.end(20.0) == "exit status 0"
    assert made.printed() == b""


@pytest.mark.parametrize("sent", [b"", b"\x10", PLAN_LENGTH.pack(100) + b"{"])
def test_a_plan_that_does_not_end_is_the_judges_end(sent: bytes) -> None:
    made = started()
    made.send(sent)
    if made._writer is not None:
        made._writer.join()
    made.let_go()
    assert (made.end(20.0), made.printed()) == ("exit status 0", b"")


def test_a_judge_that_goes_while_the_worker_waits_for_requests() -> None:
    plan = PLAN.to_json()
    made = started(progress="/nonexistent/file")  # then it keeps it for itself
    made.send(PLAN_LENGTH.pack(len(plan)) + plan)
    says(made)
    made.send(Bounds().pack())
    if made._writer is not None:
        made._writer.join()
    made.let_go()
    assert made.end(20.0) == "exit status 0"


def test_the_file_of_the_progress_is_removed_as_soon_as_it_is_shared(tmp_path: Path) -> None:
    path = tmp_path / "ü progress"
    path.write_bytes(bytes(spawned.PROGRESS_SIZE))
    shared = spawned._shared(str(path))
    assert (bytes(shared), path.exists()) == (bytes(spawned.PROGRESS_SIZE), False)
    assert not isinstance(shared, bytearray)
    shared.close()
