"""What an ordinary user gets: the same tier, by way of user namespaces, and the same suite of attacks held."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tiers import needs_tier

pytestmark = pytest.mark.unmeasured

ROOT = Path(__file__).parent.parent
RIGHT = ROOT / "submissions" / "self_attention" / "statement_style.py"


def as_ordinary_user(*command: object, cwd: Path = ROOT, timeout: float = 120) -> subprocess.CompletedProcess[str]:
    """`python …` as somebody who is not root."""
    become = [sys.executable, "-m", "tests.ordinary_user"] if os.geteuid() == 0 else []
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")
    }  # it cannot be written
    environment = {**kept, "PYTHONPATH": str(ROOT), "HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1"}
    whole = [*become, sys.executable, *map(str, command)]
    return subprocess.run(whole, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=timeout)


def test_an_ordinary_user_has_the_full_tier() -> None:
    needs_tier("full")
    done = as_ordinary_user("-m", "grader", "doctor", "--require", "full")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "namespaces  in a user namespace" in done.stdout
    assert "YES" not in done.stdout


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that any user may use; pytest's own are for one."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        yield Path(name)


def test_an_ordinary_user_grades_a_class(open_folder: Path) -> None:
    needs_tier("full")
    folder, out = open_folder / "class", open_folder / "out"
    folder.mkdir()
    (folder / "right.py").write_bytes(RIGHT.read_bytes())
    (folder / "imports.py").write_text(
        "import decimal, random\nfrom concurrent.futures import Executor\n" + RIGHT.read_text()
    )
    done = as_ordinary_user("-m", "grader", "grade", folder, "--out", out, "--require", "full")
    assert done.returncode == 0, done.stderr
    assert "all 2 graded: mean 10" in done.stdout


def test_a_folder_that_only_others_may_write_to_is_named_before_anything_is_graded(open_folder: Path) -> None:
    """To check needs no folder to write to."""
    (open_folder / "mine.py").write_bytes(RIGHT.read_bytes())
    open_folder.chmod(0o555)
    assert as_ordinary_user("-m", "grader", "check", "mine.py", cwd=open_folder).returncode == 0
    done = as_ordinary_user("-m", "grader", "grade", ".", "--unsafe", cwd=open_folder)
    assert done.returncode == 2
    assert done.stderr.startswith("grader: reports")
    assert "Permission denied" in done.stderr
    assert "Traceback" not in done.stderr
    open_folder.chmod(0o777)


@pytest.mark.long
def test_an_ordinary_user_is_not_reached_by_any_attack(open_folder: Path) -> None:
    needs_tier("full")
    attacks = ["tests/hostile/test_attacks.py", "-k", "gains_nothing", "-n", "auto"]
    arguments = [*attacks, "-q", "-p", "no:cacheprovider", "--basetemp", open_folder / "base"]
    done = as_ordinary_user("-m", "pytest", *arguments, timeout=1500)
    assert done.returncode == 0, done.stdout[-4000:]
