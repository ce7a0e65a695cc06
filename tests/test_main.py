"""`python -m grader` where a student works: files that are named like modules, odd folders, odd terminals."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

pytestmark = pytest.mark.unmeasured

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "submissions" / "self_attention"
RIGHT = SAMPLE / "statement_style.py"
SHADOWS = ("csv", "json", "numpy", "pathlib", "pydantic", "queue", "random", "rich", "token", "typer", "typing", "yaml")
SPRUNG = "raise SystemExit('a file beside the submission was imported')\n"
GRADER = [sys.executable, "-m", "grader"]
SCRIPT = [str(Path(sys.executable).with_name("grader"))]


def run(
    *arguments: object, cwd: Path, command: Sequence[str] = GRADER, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*command, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        timeout=120,
        check=False,
    )


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with a space, letters and a line break in its name, and a right file in it."""
    folder = tmp_path / "Übung 3 🙂\nfür morgen"
    folder.mkdir()
    (folder / "meine Lösung.py").write_bytes(RIGHT.read_bytes())
    return folder


@pytest.mark.parametrize(("command", "path"), [(GRADER, "meine Lösung.py"), (SCRIPT, ".")], ids=["module", "script"])
def test_files_named_like_modules_shadow_nothing_of_ours(desk: Path, command: Sequence[str], path: str) -> None:
    """As a folder they are part of what was handed in, and only there `import random` means the student's file."""
    for name in SHADOWS:
        (desk / f"{name}.py").write_text(SPRUNG, encoding="utf-8")
    done = run("check", path, cwd=desk, command=command)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "10 of 10 points" in done.stdout


def test_a_grader_beside_the_file_does_not_take_the_place_of_the_command(desk: Path) -> None:
    """`python -m grader` would start the student's file: nothing of ours runs then."""
    (desk / "grader.py").write_text(SPRUNG, encoding="utf-8")
    done = run("check", "meine Lösung.py", cwd=desk, command=SCRIPT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "beside the submission" in run(cwd=desk).stderr


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C", "LANG": "C", "COLUMNS": "20", "HOME": "/no"},
        {
            "PYTHONIOENCODING": "cp1252",
            "FORCE_COLOR": "1",
            "TERM": "dumb",
            "TMPDIR": "/no",
            "TEMP": "/no",
            "TMP": "/no",
        },
    ],
    ids=["ascii_and_narrow", "cp1252_and_nowhere_to_write"],
)
def test_wherever_it_is_started_the_score_is_right(desk: Path, environment: dict[str, str]) -> None:
    wrong = desk / "größe falsch.py"
    wrong.write_bytes((SAMPLE / "no_scale.py").read_bytes())
    done = run("check", wrong, cwd=desk, **environment)
    assert (done.returncode, done.stderr) == (1, "")
    assert "1 of 10 points" in done.stdout
    assert "To see it yourself" in " ".join(done.stdout.split())


def test_with_an_environment_that_is_empty(desk: Path) -> None:
    done = subprocess.run([*GRADER, "check", "."], cwd=desk, env={}, capture_output=True, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("closed", ["<&-", "<&- >&- 2>&-"])
def test_with_closed_descriptors(desk: Path, closed: str) -> None:
    done = run(f'exec "$@" {closed}', "sh", *GRADER, "check", ".", cwd=desk, command=["sh", "-c"])
    assert done.returncode == 0
    assert done.stderr == ""
    assert ("10 of 10 points" in done.stdout) is (">&-" not in closed)


EARLY = """
import runpy, sys
class Pressed:
    def find_spec(self, name, *_):
        if name == "grader.cli":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Pressed())
runpy.run_module("grader", run_name="__main__")
"""


def test_an_interrupt_while_it_loads_is_a_word(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", EARLY], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "grader: interrupted\n")
