"""Every laptop: the command line where macOS or Windows lack what Linux has, as far as that can be simulated here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from laptops import ROOT, System, away, grader_on

pytestmark = pytest.mark.unmeasured

SAMPLE = ROOT / "submissions" / "self_attention"
POSIX_ONLY = frozenset({"grader.keeper", "grader.probes", "grader.zygote"})
"""Modules that are imported only where workers are forked; the probes are only submitted."""

SPEC = """\
assignment: tiny
title: Tiny
points: 10
limits: {import: 1s, case: 1s, submission: 8s}
reference: reference/tiny.py
functions:
  double: {parameters: [x]}
groups:
  - id: all
    points: 10
    steps: [y = double(x)]
    given: {x: {normal: [3]}}
    shapes: {y: [3]}
    expect: reference
"""
RIGHT = "def double(x):\n    return 2 * x\n"
CLASS = {
    "crashes": "import ctypes\ndef double(x):\n    ctypes.string_at(0)\n",
    "exits": "import os\ndef double(x):\n    os._exit(3)\n",
    "floods": "def double(x):\n    while True:\n        print('x' * 4096)\n",
    "hangs": "def double(x):\n    while True:\n        pass\n",
    "hangs_below": f"{RIGHT}while True:\n    pass\n",
    "leaves_a_process": f"import os, subprocess\nsubprocess.Popen(['sleep', '2'])\n{RIGHT}",
    "right": RIGHT,
    "wrong": "def double(x):\n    return 3 * x\n",
}


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_a_wrong_file_is_told_its_mistake_with_an_example_and_what_was_in_force(system: System) -> None:
    done = grader_on(system, "check", SAMPLE / "no_scale.py")
    assert done.returncode == 1, done.stderr
    for words in ("1 of 10 points", "Likely cause", "output = self_attention(Q, K, V)", "To see it yourself"):
        assert words in done.stdout
    assert done.stderr.startswith("grader: isolation is `process`: the file ran with your rights")
    assert "its time is limited here, its memory is not" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.long
def test_a_class_where_nothing_can_be_forked_and_nothing_is_limited(tmp_path: Path) -> None:
    for folder in ("specs", "reference", "class"):
        (tmp_path / folder).mkdir()
    (tmp_path / "specs" / "tiny.yaml").write_text(SPEC, encoding="utf-8")
    (tmp_path / "reference" / "tiny.py").write_text(RIGHT, encoding="utf-8")
    for name, source in CLASS.items():
        (tmp_path / "class" / f"{name}.py").write_text(source, encoding="utf-8")
    arguments = ("grade", tmp_path / "class", "--specs", tmp_path / "specs", "--out", tmp_path / "out", "-j", 2)
    refused = grader_on("win32", *arguments)
    assert refused.returncode == 3
    assert "submissions would run with your rights" in refused.stderr
    assert "this system has no resource limits" not in refused.stdout
    done = grader_on("win32", *arguments, "--unsafe")
    assert done.returncode == 0, done.stderr
    results = [json.loads(line) for line in (tmp_path / "out" / "results.jsonl").read_text("utf-8").splitlines()]
    found = {result["submission"]["id"]: (result["score"], result["cases"][0]["verdict"]) for result in results}
    assert found == {
        "crashes.py": (0, "crashed"),
        "exits.py": (0, "crashed"),
        "floods.py": (0, "output"),
        "hangs.py": (0, "timeout"),
        "hangs_below.py": (10, "passed"),
        "leaves_a_process.py": (10, "passed"),
        "right.py": (10, "passed"),
        "wrong.py": (0, "failed"),
    }
    assert {(result["isolation"]["tier"], *result["isolation"]["layers"]) for result in results} == {("process",)}


def test_doctor_says_what_there_is_and_that_it_is_not_enough() -> None:
    done = grader_on("win32", "doctor")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("isolation: process\n")
    assert "limits      this system has no resource limits" in done.stdout
    assert "probes: none" in done.stdout


def test_what_runs_no_student_code_needs_nothing_of_posix() -> None:
    assert "compute_qkv(X, W_q, W_k, W_v)" in grader_on("win32", "show", "self_attention").stdout


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_every_module_of_the_judge_can_be_imported(system: System) -> None:
    """With what they import at their top; a first import of others' modules is not tried on another's system."""
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in (ROOT / "grader").rglob("*.py")]
    ours = sorted({name.removesuffix(".__init__") for name in names if "assignments" not in name} - POSIX_ONLY)
    others = "pydantic pytest rich.console rich.progress rich.table typer typer.rich_utils yaml xml.dom.minidom uuid"
    ahead = (*others.split(), "hypothesis", "jinja2", "junit_xml", "nbformat", "numpy.random", "platform", "shutil")
    code = f"{away(system, ahead)}\nimport importlib\nfor name in {ours!r}:\n    importlib.import_module(name)\n"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
