"""The probes hold in every tier that promises something, and can fail where nothing is promised."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from fakes import FakeRunner, session
from tiers import UNCAGED, needs_tier

from grader import canary, sandbox
from grader.errors import HarnessError, IsolationRefused
from grader.isolation import Isolation, Probe
from grader.model import Note, Stopped
from grader.runner import LocalRunner

FULL = Isolation("full", tuple(sandbox.FULL))
PROCESS = Isolation("process", ("limits",), left_out={"seccomp": "no libseccomp.so.2", "cgroups": "none"})
RESTRICTED = Isolation("restricted", tuple(sandbox.RESTRICTED), left_out={"namespaces": "denied", "cgroups": "none"})


def probed(without: tuple[str, ...]) -> dict[str, Probe]:
    with LocalRunner(without) as runner:
        return {probe.name: probe for probe in canary.run(runner)}


def test_in_the_full_tier_every_probe_is_stopped() -> None:
    needs_tier("full")
    probes = probed(())
    assert len(probes) >= 12
    assert [name for name, probe in probes.items() if not probe.stopped or not probe.promised] == []


def test_in_the_restricted_tier_all_that_is_promised_is_stopped() -> None:
    needs_tier("restricted")
    probes = probed(("namespaces",))
    assert [name for name, probe in probes.items() if not probe.stopped] == ["see_this_machine"]
    assert not any(probe.is_hole for probe in probes.values())


def test_without_a_cage_the_probes_get_through() -> None:
    through = {name for name, probe in probed(UNCAGED).items() if not probe.stopped}
    expected = {"read_reference", "read_other_submission", "see_files", "write_files", "open_sockets", "run_programs"}
    assert expected | {"start_processes", "read_private_file", "signal_others", "exceed_memory"} <= through


def test_every_probe_says_what_it_tries() -> None:
    sentences = canary.probe_sentences()
    assert all(sentences.values())
    assert set(sentences) >= canary.ONLY_FULL


def probing(isolation: Isolation, **values: float) -> FakeRunner:
    """A runner in whose worker the probes come to these values, and all others to 0."""
    functions = {name: lambda name=name: np.float64(values.get(name, 0.0)) for name in canary.probe_sentences()}
    return FakeRunner({None: session(functions)}, isolated=isolation)


def test_a_batch_begins_when_nothing_gets_through() -> None:
    canary.must_hold(probing(FULL))


def test_a_hole_ends_a_batch_before_it_begins() -> None:
    with pytest.raises(HarnessError, match=r"nothing was graded.*read the reference solution \(read_reference\)"):
        canary.must_hold(probing(FULL, read_reference=1.0))


def test_what_a_tier_does_not_promise_is_no_hole() -> None:
    canary.must_hold(probing(RESTRICTED, see_this_machine=1.0))
    canary.must_hold(probing(PROCESS, read_reference=1.0))
    with pytest.raises(HarnessError):
        canary.must_hold(probing(FULL, see_this_machine=1.0))


def test_nothing_is_probed_where_nothing_can_be_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no cage then, and some calls mean something else: on Windows `os.kill(judge, 0)` is a Ctrl-C."""
    monkeypatch.setattr(sys, "platform", "darwin")
    assert canary.run(FakeRunner({}, isolated=PROCESS)) == ()


def test_a_probe_that_could_not_be_tried_proves_nothing() -> None:
    functions = {name: lambda: np.float64(0.0) for name in canary.probe_sentences()}
    runner = FakeRunner({None: session({**functions, "run_programs": Stopped("crashed", "exit status 0")})})
    (probe,) = [probe for probe in canary.run(replace(runner, isolated=FULL)) if not probe.stopped]
    assert probe.name == "run_programs"
    assert "exit status 0" in probe.happened


def test_probes_that_are_not_found_are_a_fault_of_the_machine() -> None:
    with pytest.raises(HarnessError, match="cannot be loaded"):
        canary.run(FakeRunner({None: session({})}, isolated=FULL))


@pytest.mark.parametrize(
    ("isolation", "require", "unsafe"),
    [(FULL, "full", False), (FULL, "restricted", False), (RESTRICTED, None, False), (PROCESS, None, True)],
)
def test_what_is_enough(isolation: Isolation, require: str | None, unsafe: bool) -> None:
    canary.must_suffice(isolation, require, unsafe)


@pytest.mark.parametrize(
    ("isolation", "require", "unsafe", "words"),
    [
        (RESTRICTED, "full", False, ["`restricted`, and `full` is required", "namespaces: denied", "grader doctor"]),
        (PROCESS, "restricted", True, ["`restricted` is required", "seccomp: no libseccomp.so.2"]),
        (PROCESS, None, False, ["with your rights", "seccomp: no libseccomp.so.2", "--unsafe"]),
    ],
)
def test_what_is_refused_and_why(isolation: Isolation, require: str | None, unsafe: bool, words: list[str]) -> None:
    with pytest.raises(IsolationRefused) as refused:
        canary.must_suffice(isolation, require, unsafe)
    assert all(word in str(refused.value) for word in words), refused.value
    assert "cgroups" not in str(refused.value)  # no tier needs them


def test_facts_are_written_as_python() -> None:
    facts: Mapping[str, str | int] = {"A": "it's", "B": 3}
    (told, probes) = canary._submission(facts).files
    assert told.data == b'A = "it\'s"\nB = 3\n'
    assert probes.data == canary.SOURCE.read_bytes()


def test_a_disk_without_room_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "mkdtemp", full)
    with pytest.raises(HarnessError, match=r"temporary folder: .*No space left"):
        canary.must_hold(probing(FULL))


def test_a_cage_in_which_modules_cannot_be_loaded_grades_nobody() -> None:
    functions = {name: lambda: np.float64(0.0) for name in canary.probe_sentences()}
    fields = {"file": "probes.py", "line": "3", "module": "numpy.ma"}
    told = session(functions, notes=(Note("module_not_available", fields),))
    with pytest.raises(HarnessError, match=r"cannot be loaded in it: .*numpy\.ma"):
        canary.must_hold(FakeRunner({None: told}, isolated=FULL))
