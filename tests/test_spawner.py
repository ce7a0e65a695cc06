"""Workers that are spawned: every outcome as forked ones have it, one at a time, and nothing left behind."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from workers import BOUNDS, descriptors, eventually, load, runs, stopped

from grader import launcher
from grader.errors import HarnessError
from grader.model import Loaded, Name, Returned, Run, SourceFile, Step, Stopped, Submission
from grader.process import Reply
from grader.runner import Limits, LocalRunner, Wanted
from grader.sandbox.bounds import Bounds
from grader.spawner import Spawner

ROOT = Path(__file__).parent.parent
MB = 1024 * 1024


@pytest.fixture(scope="module")
def slot() -> Iterator[Spawner]:
    made = Spawner()
    yield made
    made.close()


def reply_to(slot: Spawner, source: str, seconds: float = 20.0, bounds: Bounds = BOUNDS) -> Reply:
    worker = slot.fork(bounds)
    worker.send([load(source)])
    reply = worker.receive(seconds)
    if isinstance(reply.message, Stopped):
        worker.kill()
    else:
        worker.close()
    return reply


def test_the_tier_is_process_and_why_it_is_no_more(slot: Spawner) -> None:
    assert (slot.isolation.tier, slot.isolation.layers) == ("process", ("limits",))
    assert set(slot.isolation.left_out) == {"cgroups", "namespaces", "privileges", "landlock", "seccomp"}
    assert "needs Linux" in slot.isolation.left_out["seccomp"]


def test_what_it_prints_and_that_it_has_nothing_to_read(slot: Spawner) -> None:
    source = (
        "import os, sys\nprint('out', flush=True)\nprint('err', file=sys.stderr)\nos.write(1, b'raw\\n')\ninput()\n"
    )
    reply = reply_to(slot, source)
    assert reply.output == b"out\nerr\nraw\n"
    assert not isinstance(reply.message, Stopped)
    assert "EOFError" in str(reply.message.fields["problems"])


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("import os; os._exit(3)", ("crashed", "exit status 3")),
        ("import os; os.kill(os.getpid(), 11)", ("crashed", "SIGSEGV")),
        ("while True: print('x' * 65536)", ("output", "")),
        ("import os; os.write(4, b'x' * 100)", ("protocol", "no frame begins here")),
        ("import os; os.close(4)", ("crashed", "exit status 70")),
    ],
)
def test_how_it_ends(slot: Spawner, source: str, why: tuple[str, str]) -> None:
    assert stopped(reply_to(slot, source)) == why


def test_one_that_does_not_end_is_killed_and_the_statement_is_known(slot: Spawner) -> None:
    reply = reply_to(slot, "x = 1\nwhile True: pass\n", 1.0)
    assert stopped(reply) == ("timeout", "")
    assert reply.statement == 2
    assert isinstance(reply.message, Stopped)
    assert reply.message.cpu_seconds > 0.1


def test_without_a_folder_for_temporary_files_no_statement_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nonexistent")
    slot = Spawner()
    try:
        reply = reply_to(slot, "while True: pass\n", 0.5)
    finally:
        slot.close()
    assert (stopped(reply), reply.statement) == (("timeout", ""), 0)


def test_memory_is_bounded_where_the_system_does_it(slot: Spawner) -> None:
    reply = reply_to(slot, "x = bytearray(500 << 20)", bounds=Bounds(memory=64 * MB))
    assert not isinstance(reply.message, Stopped)
    assert "MemoryError" in str(reply.message.fields["problems"])


def test_a_request_that_is_not_read_holds_up_nobody(slot: Spawner) -> None:
    worker = slot.fork(BOUNDS)
    worker.send([load("while True: pass"), load("#" * 900_000), load("#" * 900_000)])
    assert stopped(worker.receive(0.5)) == ("timeout", "")


def test_no_second_worker_while_one_lives(slot: Spawner) -> None:
    worker = slot.fork(BOUNDS)
    with pytest.raises(HarnessError, match="still in use"):
        slot.fork(BOUNDS)
    worker.close()
    assert not isinstance(reply_to(slot, "x = 1").message, Stopped)


def test_one_that_closes_but_stays_is_killed_before_the_next(slot: Spawner) -> None:
    worker = slot.fork(BOUNDS)
    worker.send([load("import os\nprint(os.getpid(), flush=True)\nx = 1\n")])
    pid = int(worker.receive(20.0).output)
    worker.close()
    reply_to(slot, "x = 1")
    assert not runs(pid)


def test_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = descriptors()
    slot = Spawner()
    reply_to(slot, "x = 1")
    busy = slot.fork(BOUNDS)
    busy.send([load("import os\nos.fork()\nwhile True: pass")])
    slot.close()
    assert descriptors() <= before
    assert list(tmp_path.iterdir()) == []


def test_one_that_cannot_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "")
    with pytest.raises(HarnessError, match="this Python does not know where its program is"):
        Spawner()
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    with pytest.raises(HarnessError, match="No such file"):
        Spawner()


def test_one_that_does_not_become_ready_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launcher, "START", "raise SystemExit('there is no numpy')#{package}{more}{module}{argument}")
    slot = Spawner()
    with pytest.raises(HarnessError, match=r"did not become ready \(there is no numpy\)"):
        slot.fork(BOUNDS)
    slot.close()


def test_one_that_is_isolated_less_than_the_first_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    slot = Spawner()
    try:
        assert slot.isolation.layers == ("limits",)
        slot.fork(BOUNDS).close()  # its successor is on its way
        less = Spawner(without=("limits",))
        other, less._next = less._next, None
        assert slot._next is not None
        slot._next.end()
        slot._next = other
        with pytest.raises(HarnessError, match="less isolated than the first"):
            slot.fork(BOUNDS)
        assert other is not None
        other.end()
    finally:
        slot.close()


JUDGE = """
import sys
sys.path.insert(0, sys.argv[1])
from workers import BOUNDS, load
from grader.spawner import Spawner
worker = Spawner().fork(BOUNDS)
worker.send([load(f"import os\\nopen({sys.argv[2]!r}, 'w').write(str(os.getpid()))\\nwhile True: pass\\n")])
worker.receive(60.0)
"""


def test_no_worker_outlives_a_judge_that_is_killed(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    judge = subprocess.Popen([sys.executable, "-c", JUDGE, ROOT / "tests", told], cwd=ROOT)
    worker = int(eventually(lambda: told.exists() and told.read_text()) or 0)
    assert runs(worker)
    judge.kill()
    judge.wait()
    assert eventually(lambda: not runs(worker))


def test_a_submission_is_graded_as_with_forked_workers() -> None:
    """A loop below the functions is left out, and a case that ends its worker costs that case only."""
    source = b"import os\ndef double(x):\n    return os._exit(1) if x == 2 else 2 * x\nwhile True: pass\n"
    made = Submission("m", "m", "m.py", (SourceFile("m.py", source),), "0" * 64)
    runs = [Run((Step("double", (Name("x"),), ("y",), "y = double(x)"),), {"x": x}, ("y",)) for x in (1, 2, 3)]
    with LocalRunner(spawning=True) as runner:
        assert isinstance(runner.start(), Spawner)
        assert isinstance(runner.beside().start(), Spawner)
        session = runner.open(made, Wanted({"double": ("double",)}), Limits(load=1.0), None)
        assert isinstance(session.loaded, Loaded)
        assert [note.kind for note in session.loaded.notes] == ["statement_stopped"]
        first, second, third = session.run(runs)
        session.close()
    assert [each.values["y"].array for each in (first, third) if isinstance(each, Returned)] == [2, 6]
    assert isinstance(second, Stopped)
    assert (second.reason, second.detail) == ("crashed", "exit status 1")
