"""Zygotes as the judge handles them: started in their cage, one worker at a time, nothing left when they are lost."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from typing import NoReturn

import pytest
from tiers import UNCAGED
from workers import (
    BOUNDS,
    descriptors,
    eventually,
    family,
    found_by,
    keeper_zygote_worker,
    load,
    reply_to,
    runs,
    works,
)

from grader import launcher, sandbox
from grader.errors import HarnessError
from grader.launcher import Zygote
from grader.model import Stopped
from grader.process import Worker


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    made = Zygote()
    yield made
    made.close()


# --- one worker at a time ----------------------------------------------------------------------------


def test_no_second_worker_while_one_lives(zygote: Zygote) -> None:
    worker = zygote.fork(BOUNDS)
    with pytest.raises(HarnessError, match="still in use"):
        zygote.fork(BOUNDS)
    worker.send([load("x = 1")])
    assert not isinstance(worker.receive(20.0).message, Stopped)  # it was not hurt
    with pytest.raises(HarnessError, match="still in use"):
        zygote.fork(BOUNDS)
    worker.close()
    zygote.fork(BOUNDS).close()


def test_many_workers_one_after_the_other_leave_no_descriptor(zygote: Zygote) -> None:
    reply_to(zygote, "x = 1")
    before = descriptors()
    for source in ["x = 1", "import os; os._exit(1)", "import os; os.close(4)"] * 5:
        reply_to(zygote, source)
    zygote.fork(BOUNDS).kill()
    zygote.fork(BOUNDS).close()
    reply_to(zygote, "x = 1")
    assert descriptors() <= before


def test_a_worker_that_does_not_leave_by_itself_is_killed(zygote: Zygote) -> None:
    worker = zygote.fork(BOUNDS)
    worker.send([load("while True: pass")])
    _, _, pid = keeper_zygote_worker(zygote._process.pid)
    worker.close()
    assert works(zygote)
    assert not runs(pid)


def test_closing_the_zygote_ends_a_worker_that_is_busy() -> None:
    before = descriptors()
    busy = Zygote()
    worker = busy.fork(BOUNDS)
    worker.send([load("while True: pass")])
    members = keeper_zygote_worker(busy._process.pid)
    busy.close()
    assert eventually(lambda: not any(map(runs, members)))
    assert descriptors() == before
    worker.abandon()  # a session that is closed afterwards does no harm


def test_closing_the_zygote_ends_it_though_a_slot_that_was_forked_holds_its_socket() -> None:
    """It is not killed after some seconds: its own end is clean."""
    zygote = Zygote()
    copy = os.dup(zygote._control.fileno())
    zygote.close()
    os.close(copy)
    assert zygote._process.returncode == 0


def test_ctrl_c_is_not_for_workers(zygote: Zygote) -> None:
    worker = zygote.fork(BOUNDS)
    for pid in keeper_zygote_worker(zygote._process.pid)[:2]:
        os.kill(pid, signal.SIGINT)
    worker.send([load("x = 1")])
    assert not isinstance(worker.receive(20.0).message, Stopped)
    worker.close()
    assert works(zygote)


# --- a lost zygote -----------------------------------------------------------------------------------


@pytest.mark.parametrize("whom", [0, 1], ids=["keeper", "zygote"])
@pytest.mark.parametrize("when", ["idle", "before fork", "after fork", "while asked"])
def test_a_zygote_that_is_killed_is_an_exception_and_leaves_nothing(when: str, whom: int) -> None:
    before = descriptors()
    lost = Zygote()
    lost.fork(BOUNDS).close()
    worker = None if when == "before fork" else lost.fork(BOUNDS)
    if when == "idle":
        assert worker is not None
        worker.kill()
        worker = None
    if when == "while asked":
        assert worker is not None
        worker.send([load("import time; time.sleep(60)")])
    members = family(lost._process.pid)
    os.kill(members[whom], signal.SIGKILL)
    lost._process.wait()  # the keeper, which ends when its zygote has
    with pytest.raises(HarnessError, match="lost"):
        _use(lost, worker, asked=when == "while asked")
    lost.close()
    assert eventually(lambda: not any(map(runs, members)))
    assert descriptors() == before


def _use(lost: Zygote, worker: Worker | None, asked: bool) -> None:
    """Whatever meets the loss first."""
    worker = worker or lost.fork(BOUNDS)
    if not asked:
        worker.send([load("x = 1")])
    for _ in range(2):
        worker.receive(1.0)


def test_a_student_who_kills_the_zygote_is_a_fault_of_the_harness_not_a_hang() -> None:
    """Without a cage: in one there is no signal to others."""
    lost = Zygote(without=UNCAGED)
    worker = lost.fork(BOUNDS)
    members = keeper_zygote_worker(lost._process.pid)
    worker.send([load("import os, signal, time\nos.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(1)\n")])
    with pytest.raises(HarnessError):
        _use(lost, worker, asked=True)
    lost.close()
    assert eventually(lambda: not any(map(runs, members)))  # the pipes are closed: it has nobody to answer


def test_a_zygote_that_cannot_start_says_its_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    before = descriptors()
    broken = Zygote(("no_such_module",))
    with pytest.raises(HarnessError, match="no_such_module"):
        broken.fork(BOUNDS)
    broken.close()
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    with pytest.raises(HarnessError, match="could be started"):
        Zygote()
    assert descriptors() == before


def test_a_zygote_that_does_not_leave_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launcher, "END_SECONDS", 0.1)
    stuck = Zygote()
    stuck.fork(BOUNDS).close()
    members = family(stuck._process.pid)
    os.kill(stuck._process.pid, signal.SIGSTOP)
    os.kill(members[1], signal.SIGSTOP)
    stuck.close()
    assert stuck._process.returncode == -signal.SIGKILL
    assert eventually(lambda: not any(map(runs, members)))


def test_a_zygote_that_is_not_ready_in_time_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launcher, "START_SECONDS", 0.0)
    slow = Zygote()
    with pytest.raises(HarnessError, match="did not become ready"):
        _ = slow.isolation
    slow.close()


def test_a_worker_whose_end_is_not_reported_in_time_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launcher, "END_SECONDS", 0.2)
    silent = Zygote()
    worker = silent.fork(BOUNDS)
    os.kill(keeper_zygote_worker(silent._process.pid)[1], signal.SIGSTOP)
    with pytest.raises(HarnessError, match="did not report"):
        worker.kill()
    silent.close()


# --- how it is started -------------------------------------------------------------------------------


def test_modules_of_the_assignment_are_loaded_if_there_are_any() -> None:
    made = Zygote(modules=("colorsys", "no_such_module"))
    found = found_by(made, "import sys\nfound = 'colorsys' in sys.modules\n")
    made.close()
    assert found is True


def test_layers_are_left_out_on_request_and_that_is_told() -> None:
    made = Zygote(without=("limits",))
    isolation = made.isolation
    made.close()
    assert "limits" not in isolation.layers
    assert isolation.left_out["limits"] == "left out on request"
    assert isolation.tier == "process"


def test_what_is_in_force_is_told_in_full() -> None:
    made = Zygote()
    isolation = made.isolation
    made.close()
    assert set(isolation.layers) | set(isolation.left_out) == {layer.name for layer in sandbox.LAYERS}
    assert not set(isolation.layers) & set(isolation.left_out)
    assert set(isolation.details) == set(isolation.layers)
    assert isolation.tier == sandbox.tier_of(isolation.layers)


def test_the_environment_holds_nothing_of_the_judges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "s")
    environment = launcher.clean_environment()
    assert "SECRET" not in environment
    assert environment["OPENBLAS_NUM_THREADS"] == "1"


def test_a_machine_without_libseccomp_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> NoReturn:
        raise OSError("libseccomp.so.2: cannot open shared object file")

    monkeypatch.setattr("grader.sandbox.seccomp_programs.programs", missing)
    monkeypatch.setattr(launcher, "_programs", launcher._programs.__wrapped__)
    made = Zygote()
    isolation = made.isolation
    made.close()
    assert "libseccomp2" in isolation.left_out["seccomp"]
    assert isolation.tier == "process"


# --- where nothing can be forked ---------------------------------------------------------------------


def test_whether_workers_can_be_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert launcher.can_fork()
    monkeypatch.setattr(sys, "platform", "darwin")  # it has a fork, which Accelerate does not survive
    assert not launcher.can_fork()
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.delattr(os, "fork")
    assert not launcher.can_fork()


def test_what_windows_cannot_start_without_is_handed_down(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in {"SYSTEMROOT": "C:\\Windows", "PATH": "C:\\conda\\bin", "SECRET": "x"}.items():
        monkeypatch.setenv(name, text)
    assert "SYSTEMROOT" not in launcher.clean_environment()
    assert launcher.clean_environment()["PATH"] == os.defpath
    monkeypatch.setattr(sys, "platform", "win32")
    handed = launcher.clean_environment(2)
    assert (handed["SYSTEMROOT"], handed["PATH"], handed["OMP_NUM_THREADS"]) == ("C:\\Windows", "C:\\conda\\bin", "2")
    assert "SECRET" not in handed
