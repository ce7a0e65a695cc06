"""The commands for a class as they are typed: what they print, and their exit codes."""

from __future__ import annotations

import io
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from doubling import SCORES, Course, graded, graded_once, results, runner, scores

from grader import cli

__all__ = ["graded", "graded_once", "runner"]  # fixtures


Typed = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def grader(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Typed:
    """The command line, in this process; `cwd` is where it is typed."""
    monkeypatch.setenv("COLUMNS", "80")

    def typed(*words: object, cwd: Path) -> subprocess.CompletedProcess[str]:
        monkeypatch.chdir(cwd)
        monkeypatch.setattr(sys, "argv", ["grader", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            cli.main()
        told = capsys.readouterr()
        assert isinstance(end.value.code, int)
        return subprocess.CompletedProcess(sys.argv, end.value.code, told.out, told.err)

    return typed


GRADE = ("grade", "class", "--specs", "specs", "-a", "doubling", "--engine", "serial", "--out")
RESCORE = ("rescore", "out", "--specs", "specs")


def test_grading_again_prints_short_lines(grader: Typed, graded: Course) -> None:
    done = grader(*GRADE, "out", cwd=graded.here)
    assert done.returncode == 0
    assert done.stderr == (
        "grader: Doubling: 4 submissions; 4 of them are graded already\ngrader: nothing has changed; reports: out\n"
    )
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_new_points_are_shown_and_written_with_yes_alone(grader: Typed, graded: Course) -> None:
    graded.respec(("points: 8", "points: 6"), ("points: 2,", "points: 4,"))
    shown = grader(*RESCORE, cwd=graded.here)  # stdin is no terminal
    changes = "grader: 2 of 4 scores change\ngrader:   bob.py: 2 → 4\ngrader:   cy.py: 2 → 4\n"
    assert (shown.returncode, shown.stderr) == (0, f"{changes}grader: nothing was written; --yes writes\n")
    assert scores(graded.out) == SCORES
    done = grader(*RESCORE, "--yes", cwd=graded.here)
    assert (done.returncode, done.stderr) == (0, f"{changes}grader: reports: out\n")
    assert scores(graded.out) == SCORES | {"bob.py": 4, "cy.py": 4}


def test_code_that_would_have_to_run_is_a_usage_error(grader: Typed, graded: Course) -> None:
    graded.respec(("zeros: [2, 2]", "normal: [5]"))
    done = grader(*RESCORE, "--yes", cwd=graded.here)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "4 of 4 submissions have to be run for that" in done.stderr


@pytest.mark.parametrize(("answer", "score"), [("y", 4), ("n", 2)])
def test_on_a_terminal_one_is_asked(
    grader: Typed, graded: Course, monkeypatch: pytest.MonkeyPatch, answer: str, score: float
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    graded.respec(("points: 8", "points: 6"), ("points: 2,", "points: 4,"))
    monkeypatch.setattr(sys, "stdin", Terminal(f"{answer}\n"))
    done = grader(*RESCORE, cwd=graded.here)
    assert (done.returncode, "write these scores? [y/N]" in done.stdout + done.stderr) == (0, True)
    assert scores(graded.out)["bob.py"] == score


def test_a_correction_and_what_is_wrong_with_one(grader: Typed, graded: Course) -> None:
    done = grader("override", "out", "bob", "--points", "9", "--reason", "shown in person", cwd=graded.here)
    assert (done.returncode, done.stderr) == (0, "grader: bob.py: 2 → 9 of 10\n")
    for options in ([], ["--points", "3", "--remove"]):
        done = grader("override", "out", "bob", *options, cwd=graded.here)
        assert (done.returncode, done.stderr.startswith("grader: say either --points P")) == (2, True)
    assert results(graded.out)["bob.py"]["score"] == 9


def test_parts_are_graded_and_joined(grader: Typed, graded: Course) -> None:
    for part in ("1/2", "2/2"):
        assert grader(*GRADE, f"part_{part[0]}", "--shard", part, cwd=graded.here).returncode == 0
    done = grader("merge", "part_1", "part_2", "--out", "all", cwd=graded.here)
    assert (done.returncode, done.stderr) == (0, "grader: reports: all\n")
    assert scores(graded.here / "all") == SCORES
    done = grader("merge", "part_1", "--out", "half", cwd=graded.here)
    assert (done.returncode, "the class is not complete: 2/2 is not" in done.stderr) == (0, True)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--shard", "0/2"], "--shard 0/2: say which part of how many, such as 2/4"),
        (["--shard", "3/2"], "--shard 3/2: say which part"),
        (["--shard", "2"], "--shard 2: say which part"),
        (["--engine", "quantum"], "--engine quantum: there is no such engine (there are: processes, threads, serial)"),
        (["--only", "adda"], "--only adda: there is no such submission; did you mean `ada`?"),
    ],
)
def test_options_that_cannot_be(grader: Typed, graded_once: Course, options: list[str], why: str) -> None:
    done = grader(*GRADE, "out", *options, cwd=graded_once.here)
    assert (done.returncode, why in done.stderr, done.stdout) == (2, True, "")


@pytest.mark.parametrize("kind", ["text", "foreign", "newer", "damaged"])
def test_a_database_that_is_none_is_left_as_it_is(grader: Typed, graded: Course, kind: str) -> None:
    path = graded.out / "results.db"
    if kind == "text":
        path.write_text("my notes", encoding="utf-8")
    elif kind == "damaged":
        path.write_bytes(path.read_bytes()[:5000])
    else:
        if kind == "foreign":
            path.unlink()
        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE mine (x)" if kind == "foreign" else "PRAGMA user_version = 99")
        connection.commit()
        connection.close()
    before = path.read_bytes()
    done = grader(*GRADE, "out", cwd=graded.here)
    words = {"text": "no database of results", "foreign": "another program", "newer": "a newer grader"}
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert words.get(kind, "the database is damaged") in done.stderr
    assert path.read_bytes() == before


def test_a_note_on_a_mistake_names_who_made_it(grader: Typed, runner: Any, tmp_path: Path) -> None:
    sample = Path(__file__).parent.parent / "submissions" / "self_attention" / "no_scale.py"
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ada.py").write_bytes(sample.read_bytes())
    assert grader("grade", "class", "--engine", "serial", "--out", "out", cwd=tmp_path).returncode == 0  # inferred
    done = grader("report", "out", "--mistake", "no_scale", cwd=tmp_path)
    assert (done.returncode, bool(re.search(r"\bada\b", done.stdout)), done.stderr) == (0, True, "")
    done = grader("report", "out", "--mistake", "no_scael", cwd=tmp_path)
    assert (done.returncode, "no_scale" in done.stderr) == (2, True)
