"""Resource limits, entered in a process of its own: hard and soft alike, and never higher than they were."""

from __future__ import annotations

import builtins
import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grader.sandbox import limits
from grader.sandbox.base import Plan
from grader.sandbox.bounds import Bounds
from grader.sandbox.limits import Limits

MB = 1024 * 1024
BOUNDS = Bounds(memory=64 * MB, cpu_seconds=7)
ENTER = f"""
import json, os, resource
from grader.sandbox import limits
from grader.sandbox.base import Plan
from grader.sandbox.bounds import Bounds
{{before}}
layer = limits.Limits(Plan())
layer.look()
layer.enter_worker(Bounds(memory={BOUNDS.memory}, cpu_seconds={BOUNDS.cpu_seconds}))
names = ["AS", "DATA", "CPU", "FSIZE", "NOFILE", "CORE", "NPROC"]
found = {{{{name: resource.getrlimit(getattr(resource, "RLIMIT_" + name)) for name in names}}}}
{{after}}
print(json.dumps(found))
"""


def entered(before: str = "", after: str = "") -> Any:
    code = ENTER.format(before=before, after=after)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_limit_is_lowered_for_good() -> None:
    expected = {"AS": (256 + 64 + 128) * MB, "DATA": (128 + 64) * MB, "CPU": 7, "FSIZE": MB, "NOFILE": 64}
    found = entered(before="limits.own_memory = lambda: limits.TYPICAL")
    assert found == {name: [value, value] for name, value in {**expected, "CORE": 0, "NPROC": 0}.items()}


def test_what_the_process_has_already_is_not_counted() -> None:
    after = "found = [len(bytearray(55 << 20)), limits.own_memory()]"
    size, (address_space, data) = entered(before="held = bytearray(300 << 20)", after=after)
    assert size == 55 * MB
    assert 300 * MB < data < address_space


def test_what_it_has_is_found_out_in_the_zygote_since_a_worker_may_have_no_proc(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    layer, lowered = Limits(Plan()), dict[int, int]()
    monkeypatch.setattr(limits, "own_memory", lambda: (3000 * MB, 2000 * MB))
    layer.look()
    monkeypatch.setattr(limits, "own_memory", None)
    monkeypatch.setattr(limits, "lower", lowered.__setitem__)
    layer.enter_worker(BOUNDS)
    assert lowered[resource.RLIMIT_DATA] == (2000 + 64) * MB
    assert lowered[resource.RLIMIT_AS] == (3000 + 64 + 128) * MB


def test_a_system_that_tells_nothing_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*args: object, **kwargs: object) -> None:
        raise FileNotFoundError

    monkeypatch.setattr(builtins, "open", closed)
    assert limits.own_memory() == limits.TYPICAL


def test_a_limit_that_is_lower_already_stays() -> None:
    found = entered(before="resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))")
    assert found["NOFILE"] == [32, 32]


def test_no_limit_can_be_raised_again_by_who_is_not_root() -> None:
    """Root may always: that is what the layer of privileges is for."""
    after = """
from grader.sandbox import kernel
kernel.drop_capabilities()
found = []
for name in names:
    soft, hard = resource.getrlimit(getattr(resource, "RLIMIT_" + name))
    try:
        resource.setrlimit(getattr(resource, "RLIMIT_" + name), (hard + 1, hard + 1))
        found.append(name)
    except (ValueError, OSError):
        pass
"""
    assert entered(after=after) == []


def test_memory_is_refused_and_the_process_lives_on() -> None:
    after = """
try:
    bytearray(70 << 20)
except MemoryError:
    found = "refused"
"""
    assert entered(after=after) == "refused"


def test_shared_mappings_are_bounded_by_the_address_space() -> None:
    after = """
import mmap
found, held = 0, []
try:
    while found < 1000:
        held.append(mmap.mmap(-1, 1 << 20))
        found += 1
except OSError:
    pass
"""
    assert 64 <= entered(after=after) <= 64 + limits.MAPPED // MB


def test_files_cannot_grow(tmp_path: Path) -> None:
    path = tmp_path / "large"
    after = f"""
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    with open({str(path)!r}, "wb") as file:
        file.write(bytes(3 * 1024 * 1024))
except OSError:
    found = "refused"
"""
    assert entered(after=after) == "refused"
    assert path.stat().st_size == MB


def test_descriptors_run_out() -> None:
    after = """
found = 0
try:
    while found < 1000:
        os.dup(1)
        found += 1
except OSError:
    pass
"""
    assert 40 < entered(after=after) < 64


def test_nobody_but_root_can_start_a_process() -> None:
    """Root is not counted: see the module; so it becomes somebody else first."""
    after = """
if os.geteuid() == 0:
    os.setresuid(65533, 65533, 65533)
try:
    if os.fork() == 0:
        os._exit(0)
    found = "forked"
except BlockingIOError:
    found = "refused"
"""
    assert entered(after=after) == "refused"


def test_a_system_without_limits_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Limits(Plan()).unavailable() == ""
    monkeypatch.setattr(limits, "MISSING", "this system has no resource limits")
    assert Limits(Plan()).unavailable() == "this system has no resource limits"


def test_it_is_missed_where_the_module_is_not_there() -> None:
    code = "import sys; sys.modules['resource'] = None\nfrom grader.sandbox import limits; print(limits.MISSING)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "this system has no resource limits\n"


def test_lowering_one() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limits.lower(resource.RLIMIT_NOFILE, hard)  # as it is
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (hard, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_bounds_travel() -> None:
    assert Bounds.unpack(BOUNDS.pack()) == BOUNDS
    assert len(BOUNDS.pack()) == 16


def test_macos_is_not_asked_to_bound_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """It refuses that, or takes it and does not keep it."""
    layer = Limits(Plan())
    assert (limits.bounds_memory(), layer.details()) == (True, "")
    found = entered(before="import sys; sys.platform = 'darwin'")
    assert (found["CPU"], found["NOFILE"]) == ([7, 7], [64, 64])
    assert found["AS"][0] == resource.getrlimit(resource.RLIMIT_AS)[0]
    monkeypatch.setattr(sys, "platform", "darwin")
    assert (limits.bounds_memory(), layer.details()) == (False, "not of memory, which macOS does not bound")
