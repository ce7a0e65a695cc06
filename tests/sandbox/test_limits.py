"""Resource limits, entered in a process of its own: hard and soft alike, and never higher than they were."""

from __future__ import annotations

import builtins
import json
import subprocess
import sys
from typing import Any

import pytest

from grader import sandbox
from grader.sandbox import limits
from grader.sandbox.bounds import Bounds

MB = 1024 * 1024
BOUNDS = Bounds(memory=64 * MB, cpu_seconds=7)
ENTER = f"""
import json, resource
from grader import sandbox
from grader.sandbox import limits
from grader.sandbox.bounds import Bounds
{{before}}
sandbox.enter(Bounds(memory={BOUNDS.memory}, cpu_seconds={BOUNDS.cpu_seconds}))
names = ["AS", "DATA", "CPU", "FSIZE", "NOFILE", "CORE"]
found = {{{{name: resource.getrlimit(getattr(resource, "RLIMIT_" + name)) for name in names}}}}
{{after}}
print(json.dumps(found))
"""


def entered(before: str = "", after: str = "") -> Any:
    code = ENTER.format(before=before, after=after)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return json.loads(done.stdout)


def test_every_limit_is_lowered_for_good() -> None:
    expected = {"AS": (256 + 64 + 128) * MB, "DATA": (128 + 64) * MB, "CPU": 7, "FSIZE": MB, "NOFILE": 64, "CORE": 0}
    found = entered(before="limits.own_memory = lambda: limits.TYPICAL")
    assert found == {name: [value, value] for name, value in expected.items()}


def test_what_the_process_has_already_is_not_counted() -> None:
    after = "found = [len(bytearray(55 << 20)), limits.own_memory()]"
    size, (address_space, data) = entered(before="held = bytearray(300 << 20)", after=after)
    assert size == 55 * MB
    assert 300 * MB < data < address_space


def test_a_system_that_tells_nothing_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(*args: object, **kwargs: object) -> None:
        raise FileNotFoundError

    monkeypatch.setattr(builtins, "open", closed)
    assert limits.own_memory() == limits.TYPICAL


def test_a_limit_that_is_lower_already_stays() -> None:
    found = entered(before="resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))")
    assert found["NOFILE"] == [32, 32]


def test_memory_is_refused_and_the_process_lives_on() -> None:
    after = """
try:
    bytearray(70 << 20)
except MemoryError:
    found = "refused"
"""
    assert entered(after=after) == "refused"


def test_files_cannot_grow(tmp_path: Any) -> None:
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


def test_a_system_without_limits_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert limits.unavailable() == ""
    assert sandbox.tier() == ("process", ("limits",))
    monkeypatch.setitem(sys.modules, "resource", None)
    assert limits.unavailable() == "this system has no resource limits"
    assert sandbox.tier() == ("process", ())
    sandbox.enter(BOUNDS)  # goes without


def test_bounds_travel() -> None:
    assert Bounds.unpack(BOUNDS.pack()) == BOUNDS
    assert len(BOUNDS.pack()) == 16
