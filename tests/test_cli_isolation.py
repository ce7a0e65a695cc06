"""What the command line does about isolation: doctor, --require, --unsafe, and machines that give less."""

from __future__ import annotations

import errno
import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sandbox.machines import NO_USER_NAMESPACES, Machine, run_on
from tiers import needs_tier
from warm import grader

pytestmark = pytest.mark.unmeasured

ROOT = Path(__file__).parent.parent
RIGHT = ROOT / "submissions" / "self_attention" / "statement_style.py"
NO_CAGE = Machine({"prctl": errno.EPERM})
"""A Linux that lets nothing be given up: as good as macOS."""


def on(machine: Machine, *arguments: object) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of `grader …` on such a machine."""
    command = [sys.executable, "-m", "grader", *map(str, arguments)]
    code = f"""
import subprocess
done = subprocess.run({command!r}, cwd={str(ROOT)!r}, capture_output=True, text=True, check=False)
found = [done.returncode, done.stdout, done.stderr]
"""
    code_, out, err = run_on(machine, code)
    return code_, out, err


def test_doctor_on_a_machine_that_gives_all() -> None:
    needs_tier("full")
    done = grader("doctor", "--require", "full")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("isolation: full\n")
    for word in (
        "✓ seccomp",
        "landlock    ABI",
        "read the reference solution: no",
        "become another program: no",
        "Python 3.",
    ):
        assert word in done.stdout
    assert "YES" not in done.stdout


def test_doctor_in_a_container_says_why_and_what_to_do() -> None:
    needs_tier("restricted")
    code, out, err = on(NO_USER_NAMESPACES, "doctor")
    assert (code, err) == (0, "")
    assert "isolation: restricted" in out
    assert "new namespaces: Operation not permitted" in out
    assert "--cap-add SYS_ADMIN" in out
    assert "this tier does not stop it" in out
    code, _, _ = on(NO_USER_NAMESPACES, "doctor", "--require", "full")
    assert code == 1


def test_doctor_where_nothing_can_be_given_up() -> None:
    code, out, err = on(NO_CAGE, "doctor")
    assert (code, err) == (1, "")
    assert "isolation: process" in out
    assert "start a process or a thread: YES" in out


def test_grade_refuses_to_run_other_peoples_work_with_ones_own_rights(tmp_path: Path) -> None:
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "a.py").write_bytes(RIGHT.read_bytes())
    out = tmp_path / "out"
    code, stdout, stderr = on(NO_CAGE, "grade", tmp_path / "class", "--out", out)
    assert (code, stdout) == (3, "")
    assert "--unsafe" in stderr
    assert "grader doctor" in stderr
    assert not out.exists()
    code, stdout, stderr = on(NO_CAGE, "grade", tmp_path / "class", "--out", out, "--unsafe")
    assert code == 0
    assert "can reach your files and the network" in stderr
    assert isolation_in(out)["tier"] == "process"


def isolation_in(out: Path) -> Any:
    return json.loads((out / "results.jsonl").read_text().splitlines()[0])["isolation"]


def test_a_container_grades_in_the_restricted_tier_and_says_so_everywhere(tmp_path: Path) -> None:
    needs_tier("restricted")
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "a.py").write_bytes(RIGHT.read_bytes())
    out = tmp_path / "out"
    code, stdout, stderr = on(NO_USER_NAMESPACES, "grade", tmp_path / "class", "--out", out, "--require", "restricted")
    assert code == 0, stderr
    assert "10" in stdout
    assert "isolation: restricted" in stderr
    assert isolation_in(out)["tier"] == "restricted"
    assert "namespaces" not in isolation_in(out)["layers"]
    assert '"grader.tier" value="restricted"' in (out / "junit.xml").read_text()
    assert "restricted" in (out / "gradebook.csv").read_text(encoding="utf-8-sig").splitlines()[1]
    code, stdout, stderr = on(NO_USER_NAMESPACES, "grade", tmp_path / "class", "--out", out, "--require", "full")
    assert (code, stdout) == (3, "")
    assert "`full` is required" in stderr
    assert "new namespaces: Operation not permitted" in stderr


def test_a_students_own_check_runs_in_any_tier_with_a_banner() -> None:
    code, stdout, stderr = on(NO_CAGE, "check", RIGHT)
    assert code == 0
    assert "10 of 10 points" in stdout
    assert "ran with your rights" in stderr
    code, _, stderr = on(NO_CAGE, "check", RIGHT, "--require", "restricted")
    assert code == 3
    assert "`restricted` is required" in stderr


@pytest.mark.parametrize("command", ["check", "grade", "doctor"])
def test_an_unknown_tier_is_a_usage_error(command: str) -> None:
    done = grader(command, *([ROOT] if command != "doctor" else []), "--require", "perfect")
    assert done.returncode == 2
    assert "perfect" in done.stderr


def test_a_kernel_without_pidfds_grades_all_the_same() -> None:
    needs_tier("restricted")
    code, out, err = on(Machine({"pidfd_open": errno.ENOSYS}), "check", RIGHT, "--require", "restricted")
    assert code == 0, err
    assert "10 of 10 points" in out


@pytest.mark.parametrize("closed", ["<&- >&-", "<&- 2>&-", "<&- >&- 2>&-"])
def test_closed_descriptors_are_filled(closed: str) -> None:
    command = f"{shlex.quote(sys.executable)} -m grader check {shlex.quote(str(RIGHT))} {closed}"
    assert subprocess.run(["bash", "-c", command], cwd=ROOT, check=False, timeout=120).returncode == 0
