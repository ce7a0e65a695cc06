"""What the documents say is so: their commands run, their example is complete, their tables leave nothing out."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.checks import CHECKS
from grader.inputs import GENERATORS
from grader.kit_making import kit
from grader.spec_loader import load_spec

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
AUTHORING = (ROOT / "docs" / "authoring.md").read_text(encoding="utf-8")
CI = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
SECURITY = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
PYTEST = (ROOT / "docs" / "pytest.md").read_text(encoding="utf-8")
KITS = (ROOT / "docs" / "kits.md").read_text(encoding="utf-8")
SCRIPTS = {"./scripts/grade", "./scripts/test"}


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def commands(text: str) -> list[str]:
    lines = [line.partition("#")[0].strip() for block in blocks(text, "sh") for line in block.splitlines()]
    return [line for line in lines if line]


@pytest.mark.parametrize(
    "command", dict.fromkeys([c for page in (README, AUTHORING, SECURITY, PYTEST, KITS) for c in commands(page)])
)
def test_every_command_runs(command: str, tmp_path: Path) -> None:
    """`scripts/` set up an environment and run everything; here only that they are there and can be executed."""
    if command in SCRIPTS:
        assert os.access(ROOT / command, os.X_OK)
        return
    for name in ("submissions", "reference"):
        shutil.copytree(ROOT / name, tmp_path / name)
    right = ROOT / "submissions" / "self_attention" / "statement_style.py"
    (tmp_path / "work").mkdir()
    for name in ("my_attention.py", "work/my_attention.py"):
        shutil.copy(right, tmp_path / name)
    words = command.split()
    assert words[0] in ("grader", "pytest"), command
    if words[0] == "pytest":  # elsewhere the shipped specs are meant
        shutil.copytree(ROOT / "test_specs", tmp_path / "test_specs")
    if "--specs kit" in command:
        kit("self_attention", tmp_path / "kit", None, None, False)
    here = tmp_path / "work" if words[2:3] == ["."] else tmp_path
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=here, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_worked_example_is_all_there_is_to_it(tmp_path: Path) -> None:
    """The page's own YAML and Python, put together, are an assignment whose reference earns 10 points."""
    (tmp_path / "specs").mkdir()
    (tmp_path / "reference").mkdir()
    parts = blocks(AUTHORING, "yaml")[:3]
    for key, part in zip(("assignment", "steps", "groups"), parts, strict=True):
        assert re.search(rf"^{key}:", part, re.MULTILINE)
    (tmp_path / "specs" / "masked_self_attention.yaml").write_text("".join(parts), encoding="utf-8")
    solution = tmp_path / "reference" / "masked_self_attention.py"
    solution.write_text(blocks(AUTHORING, "python")[0], encoding="utf-8")
    command = [sys.executable, "-m", "grader", "check", str(solution), "--specs", str(tmp_path / "specs")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "10 of 10 points" in done.stdout


def test_the_shipped_third_assignment_is_the_pages() -> None:
    assignment = load_spec(ROOT / "test_specs" / "masked_self_attention.yaml").assignment
    assert [(group.id, float(group.points)) for group in assignment.groups] == [
        ("causal", 5.0),
        ("any_mask", 4.0),
        ("properties", 1.0),
        ("advice", 0.0),
    ]


@pytest.mark.parametrize("name", [check.NAME for check in CHECKS])
def test_every_check_is_in_the_table(name: str) -> None:
    assert re.search(rf"^\| .*`{name}`", AUTHORING, re.MULTILINE)


@pytest.mark.parametrize("key", [generator.KEY for generator in GENERATORS])
def test_every_input_is_in_the_table(key: str) -> None:
    assert re.search(rf"^\| .*`\{{{key}: ", AUTHORING, re.MULTILINE)


@pytest.mark.parametrize("name", ["README.md", "ARCHITECTURE.md", "docs/authoring.md", "docs/ci.md", "docs/kits.md"])
def test_links_lead_to_files(name: str) -> None:
    for target in re.findall(r"\]\((?!https:)([^)#]+)\)", (ROOT / name).read_text(encoding="utf-8")):
        assert (ROOT / name).parent.joinpath(target).exists(), target


def test_every_module_has_its_room_in_the_architecture() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    modules = {path.stem for path in (ROOT / "grader").glob("*.py")} - {"__init__", "__main__"}
    folders = {f"{path.name}/" for path in (ROOT / "grader").iterdir() if (path / "__init__.py").exists()}
    assert {name for name in modules | folders if f"`{name}`" not in text} == set()
