"""The plugin, by running pytest: inert unless asked, usage errors, and no process that outlives a run."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from submissions_in_pytest import SPEC, WRONG, course, environment, graded_in, pytest_in

pytestmark = pytest.mark.unmeasured

LOADED = """\
import json, sys
import pytest
code = pytest.main({arguments!r})
print(json.dumps([int(code), sorted(sys.modules)]), file=sys.stderr)
"""
RECORDING = """\
import os, pathlib, subprocess

class Recorded(subprocess.Popen):
    def __init__(self, command, *further, **given):
        super().__init__(command, *further, **given)
        if "keeper" in command[-1]:
            with pathlib.Path("keepers").open("a") as file:
                file.write(f"{self.pid}\\n")

subprocess.Popen = Recorded
"""
"""A `conftest.py` that writes down which processes the grader starts."""

ENDLESS = "def double(X):\n    while True:\n        pass\n"


def modules_of(folder: Path, *arguments: str) -> tuple[int, set[str]]:
    """The exit code of a run of pytest, and what it has imported at its end."""
    code = LOADED.format(arguments=["-q", "-p", "no:cacheprovider", *arguments])
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment(), capture_output=True, text=True, check=False
    )
    exit_code, modules = json.loads(done.stderr.splitlines()[-1])
    return exit_code, set(modules)


# --- inert ---------------------------------------------------------------------------------------


def test_it_is_an_entry_point() -> None:
    found = {entry.name: entry.value for entry in entry_points(group="pytest11")}
    assert found.get("grader") == "grader.pytest_plugin"


def test_unasked_it_imports_nothing_and_looks_at_no_yaml(tmp_path: Path) -> None:
    course(tmp_path)
    (tmp_path / "test_theirs.py").write_text("def test_theirs():\n    pass\n")
    (tmp_path / "other.yaml").write_text("not: [a, spec")
    code, modules = modules_of(tmp_path)
    assert code == pytest.ExitCode.OK
    assert {name for name in modules if name.partition(".")[0] == "grader"} == {"grader", "grader.pytest_plugin"}
    assert not modules & {"numpy", "pydantic", "rich", "yaml", "typer", "nbformat", "junit_xml"}


def test_asked_it_loads_what_it_needs(tmp_path: Path) -> None:
    code, modules = modules_of(course(tmp_path), "--submission=my.py", SPEC)
    assert code == pytest.ExitCode.OK
    assert {"numpy", "pydantic", "grader.pytest_items"} <= modules


def test_other_yaml_files_are_left_alone_when_asked(tmp_path: Path) -> None:
    course(tmp_path)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "other.yaml").write_text("not: [a, spec")
    (tmp_path / "tests" / "test_theirs.py").write_text("def test_theirs():\n    pass\n")
    done = pytest_in(tmp_path, "-q", "--submission=my.py", SPEC, "tests")
    assert done.returncode == pytest.ExitCode.OK
    assert "9 passed, 2 skipped" in done.stdout


def test_a_spec_without_a_submission_is_as_before(tmp_path: Path) -> None:
    done = pytest_in(course(tmp_path), SPEC)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "grader" not in done.stderr


# --- usage errors --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--submission=nope.py", SPEC], "nope.py: there is no such file or folder"),
        (["--submission=my.py"], f"--submission my.py: name the spec to grade it by as well, such as {SPEC}"),
        (["--submission=my.py", "test_specs"], "name the spec to grade it by as well"),
        (["--submission=my.py", "test_specs/none.yaml"], "file or directory not found: test_specs/none.yaml"),
        (["--submission=my.py", SPEC, "--submission-seed=-1"], "a seed is a whole number from 0 to 2147483647"),
        (["--submission=my.py", SPEC, "--submission-seed=x"], "invalid int value: 'x'"),
        (["--submission-seed=1", SPEC], "name what is to be graded as well, with --submission PATH"),
        (["--submission=nope.py", SPEC, "-n2"], "nope.py: there is no such file or folder"),
    ],
)
def test_usage_errors_are_a_sentence(tmp_path: Path, arguments: list[str], sentence: str) -> None:
    done = pytest_in(course(tmp_path), *arguments)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert sentence in done.stderr


def test_a_folder_of_too_many_files_is_no_submission(tmp_path: Path) -> None:
    (tmp_path / "class").mkdir()
    for number in range(60):
        (tmp_path / "class" / f"{number}.py").touch()
    done = pytest_in(course(tmp_path), "--submission=class", SPEC)
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert "this folder holds more than 50 code files" in done.stderr


# --- processes -----------------------------------------------------------------------------------


def keepers(folder: Path) -> list[str]:
    record = folder / "keepers"
    return record.read_text().split() if record.exists() else []


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks for processes in /proc")
@pytest.mark.parametrize(
    ("arguments", "code", "started"),
    [
        ([], 1, True),
        (["-x"], 1, True),
        (["-n2"], 1, True),
        (["--co"], 0, False),
        (["nowhere.py"], 4, True),
        (["broken.yaml"], 2, True),
    ],
)
def test_no_process_outlives_the_run(tmp_path: Path, arguments: list[str], code: int, started: bool) -> None:
    course(tmp_path, WRONG)
    (tmp_path / "conftest.py").write_text(RECORDING)
    (tmp_path / "broken.yaml").write_text("groups: []\n")
    assert graded_in(tmp_path, *arguments).returncode == code
    assert bool(keepers(tmp_path)) is started
    assert not [pid for pid in keepers(tmp_path) if Path(f"/proc/{pid}").exists()]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks for processes in /proc")
def test_nor_a_run_that_is_interrupted(tmp_path: Path) -> None:
    course(tmp_path, ENDLESS)
    (tmp_path / "conftest.py").write_text(RECORDING)
    command = [sys.executable, "-u", "-m", "pytest", "-p", "no:cacheprovider", "--submission=my.py", SPEC]
    with subprocess.Popen(command, cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        told = ""
        while f"\n{SPEC} " not in told:  # written when the first case begins
            more = run.stdout.read(1)
            assert more, told
            told += more
        run.send_signal(signal.SIGINT)
        told += run.stdout.read()
    assert run.returncode == pytest.ExitCode.INTERRUPTED
    assert "! KeyboardInterrupt !" in told
    assert len(keepers(tmp_path)) == 1
    assert not [pid for pid in keepers(tmp_path) if Path(f"/proc/{pid}").exists()]
