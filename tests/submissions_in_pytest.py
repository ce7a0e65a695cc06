"""A folder as a course has it, with a small assignment, and real runs of pytest in it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import warm

SPEC = "test_specs/doubling.yaml"
DOUBLING = """\
assignment: doubling
title: Doubling
points: 6
reference: reference/doubling.py
functions:
  double: {parameters: [X], returns: [Y]}
steps:
  - Y = double(X)
seed: 7
given: {X: {normal: [2, 3]}}
shapes: {Y: [2, 3]}
groups:
  - id: plain
    title: Twice as much
    points: 3
    draw: {count: 4}
    expect: reference
  - id: whole
    title: All or nothing
    points: 1
    award: all
    checks:
      - deterministic
      - float32_input
      - inputs_unchanged
  - id: secret
    title: The same of other inputs
    points: 2
    visibility: hidden
    draw: {count: 2}
    expect: reference
  - id: advice
    title: Good to have
    points: 0
    cases:
      - id: zero
        given: {X: [[0, 0, 0], [0, 0, 0]]}
        expect: {Y: [[0, 0, 0], [0, 0, 0]]}
misconceptions:
  - id: tripled
    title: three times as much is returned
    hint: Multiply by two.
    replace: {"2 * X": "3 * X"}
"""
RIGHT = "def double(X):\n    return 2 * X\n"
WRONG = "print('hello')\n\n\ndef double(X):\n    return 3 * X\n"
CHANGES_INPUT = "def double(X):\n    X *= 2\n    return X\n"
IGNORES_ADVICE = "def double(X):\n    return 2 * X if X.any() else X + 1\n"


def course(folder: Path, submission: str = RIGHT, spec: str = DOUBLING) -> Path:
    """Fill a folder: `my.py`, a spec and its reference."""
    for name, text in {"my.py": submission, SPEC: spec, "reference/doubling.py": RIGHT}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def environment() -> dict[str, str]:
    """That of a person who starts pytest, and not that of a test of ours."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")} | {"COLUMNS": "200"}


def pytest_in(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """A run of pytest in a folder; the harness shows no traceback of its own."""
    done = warm.run(["pytest", "-p", "no:cacheprovider", *arguments], folder, environment())
    assert "Traceback" not in done.stdout + done.stderr, done.stdout + done.stderr
    assert "INTERNALERROR" not in done.stdout + done.stderr, done.stdout + done.stderr
    return done


def graded_in(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """The submission `my.py` by the small spec."""
    return pytest_in(folder, "--submission=my.py", SPEC, *arguments)


def verdicts(junit: Path) -> dict[str, tuple[str, str]]:
    """Case → what pytest's JUnit file makes of it, and its points."""
    found = {}
    for case in ElementTree.parse(junit).iter("testcase"):
        kinds = [child.tag for child in case if child.tag in ("failure", "error", "skipped")]
        points = [p.get("value", "") for p in case.iter("property") if p.get("name") == "grader.points"]
        found[case.get("name", "")] = (kinds[0] if kinds else "passed", points[0] if points else "")
    return found
