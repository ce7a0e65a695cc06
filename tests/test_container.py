"""Inside a container that denies user namespaces, the tier is restricted and holds the same suite of attacks."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pytest
from sandbox.machines import NO_USER_NAMESPACES, run_on
from tiers import needs_tier

pytestmark = pytest.mark.unmeasured

ROOT = Path(__file__).parent.parent


@pytest.mark.long
def test_no_attack_gets_through_in_a_container() -> None:
    needs_tier("restricted")
    with tempfile.TemporaryDirectory() as short:  # names of sockets may not be long
        _attack_all(Path(short) / "base")


def _attack_all(folder: Path) -> None:
    attacks = ["tests/hostile/test_attacks.py", "-k", "gains_nothing", "-n", "auto", "-q", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *attacks, "--basetemp", str(folder)]
    code = f"""
import subprocess
environment = {{**os.environ, "GRADER_EXPECT_TIER": "restricted"}}
done = subprocess.run({command!r}, cwd={str(ROOT)!r}, env=environment, capture_output=True, text=True, check=False)
found = [done.returncode, done.stdout]
"""
    code_, printed = run_on(NO_USER_NAMESPACES, code, timeout=1500)
    assert code_ == 0, printed[-4000:]
    assert "passed" in printed
    assert "this machine gives restricted, not full" in printed or "skipped" in printed
