"""Words on stderr, and a stderr that nobody reads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.unmeasured

SAMPLE = Path(__file__).parent.parent / "submissions" / "self_attention" / "no_scale.py"
GRADE = (sys.executable, "-m", "grader", "grade", "class", "-a", "self_attention", "--engine", "serial", "--out", "out")


def unread(words: tuple[str, ...], cwd: Path) -> tuple[int, str]:
    """The exit code, and what stands on stdout, where the reader of stderr has gone."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(words, cwd=cwd, stdout=subprocess.PIPE, stderr=writer, text=True, check=False)
    os.close(writer)
    return done.returncode, done.stdout


def test_a_class_is_graded_though_nobody_reads_stderr(tmp_path: Path) -> None:
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ada.py").write_bytes(SAMPLE.read_bytes())
    code, told = unread(GRADE, tmp_path)
    assert (code, "ada.py" in told, (tmp_path / "out" / "report.html").exists()) == (0, True, True)
    closed = subprocess.run(
        ("sh", "-c", '"$@" 2>&-', "sh", *GRADE), cwd=tmp_path, stdout=subprocess.PIPE, text=True, check=False
    )
    assert (closed.returncode, closed.stdout) == (0, told)


WORDS = """
import sys
from grader.console import console, lasting_stderr, say, warn
from grader.reports import progress
lasting_stderr()
{first}
progress.EVERY_SECONDS = 0
with progress.progress(2, 0, console("{color}", stderr=True)) as advance:
    advance("full")
say("one", "{color}")
warn("two")
print("done")
"""


@pytest.mark.parametrize("color", ["never", "always"])  # a line, a bar
@pytest.mark.parametrize("first", ["", "say('one', 'never')", "warn('two')"])
def test_whatever_is_said_first_ends_nothing(color: str, first: str, tmp_path: Path) -> None:
    assert unread((sys.executable, "-c", WORDS.format(first=first, color=color)), tmp_path) == (0, "done\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is always full")
def test_a_class_is_graded_though_there_is_no_room_for_what_is_said(tmp_path: Path) -> None:
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ada.py").write_bytes(SAMPLE.read_bytes())
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(GRADE, cwd=tmp_path, stdout=subprocess.PIPE, stderr=full, text=True, check=False)
    assert (done.returncode, "ada.py" in done.stdout, (tmp_path / "out" / "report.html").exists()) == (0, True, True)


def test_an_error_keeps_its_exit_code(tmp_path: Path) -> None:
    assert unread((*GRADE[:3], "grade", "nowhere"), tmp_path) == (2, "")
