"""The judge killed while hostile code runs: within a second or so nothing of it runs any more."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hostile import processes
from hostile.attack import ATTACKS
from hostile.conftest import LEFT_OUT

pytestmark = pytest.mark.unmeasured

JUDGE = """
import sys
sys.path[:0] = [{root!r}, {tests!r}]
from pathlib import Path
from grader.assignments import load_assignment
from grader.exam import limits_of, wanted_of
from grader.intake import Entry, read_submission
from grader.runner import LocalRunner
assignment = load_assignment("self_attention", None).assignment
path = Path({path!r})
with LocalRunner({without!r}) as runner:
    runner.isolation()
    print("ready", flush=True)
    runner.open(read_submission(Entry(path.name, path.stem, path)), wanted_of(assignment), limits_of(assignment), None)
"""
STUBBORN = """
import signal

signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
print("running")
while True:
    pass
"""


@pytest.mark.parametrize("tier", LEFT_OUT)
def test_nothing_outlives_it(tier: str, tmp_path: Path) -> None:
    path = tmp_path / "stubborn.py"
    path.write_text(STUBBORN, encoding="utf-8")
    tests = ATTACKS.parent.parent
    code = JUDGE.format(root=str(tests.parent), tests=str(tests), path=str(path), without=LEFT_OUT[tier])
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as judge:
        assert judge.stdout is not None
        assert judge.stdout.readline() == "ready\n"
        time.sleep(0.5)  # the submission is being run by now
        before = processes.below(judge.pid)
        judge.send_signal(signal.SIGKILL)
    killed = time.monotonic()
    while before & set(processes.parents()) and time.monotonic() < killed + 10:
        time.sleep(0.02)
    assert len(before) == 3, "keeper, zygote and worker were running"
    assert time.monotonic() - killed < 5, "a second, and some patience with a busy machine"
