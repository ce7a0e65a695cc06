"""What the documents say is so: commands run, links lead somewhere, pictures are fresh, tables leave nothing out."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import warm
from typer.testing import CliRunner

from grader.checks import CHECKS
from grader.cli import app
from grader.inputs import GENERATORS
from grader.kit_making import kit
from grader.spec_loader import load_spec

pytestmark = pytest.mark.unmeasured

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "submissions" / "self_attention"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]
AUTHORING = (ROOT / "docs" / "authoring.md").read_text(encoding="utf-8")
STUDENTS = (ROOT / "docs" / "students.md").read_text(encoding="utf-8")
CLASS = {
    "ada.py": "statement_style.py",
    "bob.ipynb": "messy_notebook.ipynb",
    "carol": "folder_of_files",
    "dora.py": "no_scale.py",
}
CANVAS = {"lovelaceada_101_9001_work.py": "statement_style.py", "marleybob_LATE_102_9002_mine.py": "no_scale.py"}
EXPORT = """\
Student,ID,SIS User ID,SIS Login ID,Section,Self-Attention Mechanism (90002)
    Points Possible,,,,,10.00
"Lovelace, Ada",101,s1,ada,A,
"Marley, Bob",102,s2,bob,A,
"Curie, Eve",105,s5,eve,B,
"""
"""As Canvas has it of who handed in CANVAS, and of one who did not."""
ROSTER = "id,name,login\n1,Ada Lovelace,ada\n2,Bob Marley,bob\n5,Eve Curie,eve\n"


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def commands(text: str) -> list[str]:
    lines = [line for block in blocks(text, "sh") for line in block.splitlines()]
    lines += [line[2:] for block in blocks(text, "console") for line in block.splitlines() if line.startswith("$ ")]
    return [command for line in lines if (command := line.partition("#")[0].strip())]


def scripts(text: str) -> list[str]:
    """What two pages say alike is one: with the repository's own environment or another."""
    return [block.replace(".venv/bin/", "") for block in blocks(text, "bash")]


def inline(text: str) -> list[str]:
    """Commands within sentences and tables."""
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return [code.replace("\n", " ") for code in re.findall(r"`(grader [^`]+)`", prose)]


# --- commands ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What grading the class came to: commands that go on from there find it graded."""
    here = tmp_path_factory.mktemp("graded")
    hand_in(here / "class")
    done = run(["grader", "grade", "class", "--assignment", "self_attention", "--out", "reports"], here)
    assert done.returncode == 0, done.stderr
    return here / "reports"


def hand_in(folder: Path) -> None:
    folder.mkdir()
    for name, sample in CLASS.items():
        copy = shutil.copytree if (SAMPLES / sample).is_dir() else shutil.copy
        copy(SAMPLES / sample, folder / name)


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A folder with all that the pages' commands name."""
    for name in ("submissions", "reference"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "work").mkdir()
    for name in ("my_attention.py", "work/my_attention.py"):
        shutil.copy(SAMPLES / "statement_style.py", tmp_path / name)
    shutil.copy(SAMPLES / "messy_notebook.ipynb", tmp_path / "my_attention.ipynb")
    hand_in(tmp_path / "class")
    with zipfile.ZipFile(tmp_path / "submissions.zip", "w") as download:
        for name, sample in CANVAS.items():
            download.write(SAMPLES / sample, name)
    (tmp_path / "canvas_export.csv").write_text(EXPORT, encoding="utf-8")
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    (tmp_path / "attention-grader").symlink_to(ROOT)
    return tmp_path


def run(words: list[str], here: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program of Python's, forked from one that has it loaded where there is one."""
    environ = {**os.environ, **environment}
    if words[0] in warm.KINDS and not environment:
        return warm.run(words, here)
    command = [sys.executable, "-m", *words]
    return subprocess.run(command, cwd=here, env=environ, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("command", dict.fromkeys(command for name in NAMES for command in commands(text_of(name))))
def test_every_command_runs(command: str, course: Path, reports: Path) -> None:
    """`scripts/` set up an environment and run everything; here only that they are there and can be executed."""
    words = shlex.split(command.removeprefix(".venv/bin/"))
    if re.fullmatch(r"(\./)?scripts/\w+", words[0]):
        assert os.access(ROOT / words[0], os.X_OK)
        return
    assert words[0] in ("grader", "pytest", "pip"), command
    if words[0] == "pip":
        installs(words, course)
        return
    if "--watch" in words:
        watches(words, course)
        return
    if words[0] == "pytest":  # elsewhere the shipped specs are meant
        shutil.copytree(ROOT / "test_specs", course / "test_specs")
    if " reports" in command:
        shutil.copytree(reports, course / "reports")
    if "--specs kit" in command:
        kit("self_attention", course / "kit", None, None, False)
    done = run(words, course / "work" if words[2:3] == ["."] else course)
    assert done.returncode == 0, done.stderr


def installs(words: list[str], course: Path) -> None:
    """Without a package index: all else that is needed is here already."""
    there = course / "installed"
    offline = ["--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check", "--target", str(there)]
    done = run([*words, *offline], course / "work")
    assert done.returncode == 0, done.stderr
    done = run(["grader", "check", "--assignment", "self_attention"], course / "work", PYTHONPATH=str(there))
    assert "10 of 10 points" in done.stdout, done.stderr


def watches(words: list[str], course: Path) -> None:
    """Until Ctrl-C."""
    command = [sys.executable, "-m", *words]
    with subprocess.Popen(command, cwd=course, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert any("watching" in line for line in process.stderr)
        process.send_signal(signal.SIGINT)
        assert "10 of 10 points" in process.stdout.read()
    assert process.returncode == 130


@pytest.mark.parametrize("script", dict.fromkeys(script for name in NAMES for script in scripts(text_of(name))))
def test_every_script_runs(script: str, course: Path) -> None:
    shim = course / ".venv" / "bin" / "grader"
    shim.parent.mkdir(parents=True)
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m grader "$@"\n')
    shim.chmod(0o755)
    path = f"{shim.parent}{os.pathsep}{os.environ['PATH']}"
    command = ["bash", "-euo", "pipefail", "-c", script]
    done = subprocess.run(
        command, cwd=course, env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    if "grader merge" in script:
        names = [line.partition(",")[0] for line in (course / "joined/gradebook.csv").read_text("utf-8").splitlines()]
        assert names[1:] == list(CLASS)
    if "--gradebook" in script:
        filled = (course / "reports" / "canvas_export_filled.csv").read_text(encoding="utf-8").splitlines()
        assert [line.rpartition(",")[2] for line in filled[2:]] == ["10", "1", ""]


@pytest.mark.parametrize("command", dict.fromkeys(command for name in NAMES for command in inline(text_of(name))))
def test_commands_within_sentences_are_spelled_right(command: str) -> None:
    """The command is there, and has the options."""
    _, *words = command.split()
    named = [word for word in words[:1] if word.islower() and not word.startswith("-")]  # not in `grader …`
    told = CliRunner().invoke(app, [*named, "--help"])
    assert told.exit_code == 0
    given = {word.partition("=")[0] for word in words if word.startswith("-")}
    assert given <= set(re.findall(r"(?<!\S)--?[a-z][a-z-]*", told.output))


# --- links and pictures ----------------------------------------------------------------------------------------


def links(name: str) -> list[str]:
    return re.findall(r"\]\((?!https?:)([^)\s]+)\)", text_of(name))


def anchors(text: str) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name: str) -> None:
    for link in links(name):
        target, _, anchor = link.partition("#")
        path = (ROOT / name).parent / target if target else ROOT / name
        assert path.exists(), link
        assert not anchor or anchor in anchors(path.read_text(encoding="utf-8")), link


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set(), ["README.md"]
    while waiting:
        name = waiting.pop()
        reached.add(name)
        there = [(ROOT / name).parent.joinpath(link.partition("#")[0]).resolve() for link in links(name)]
        pages = {path.relative_to(ROOT.resolve()).as_posix() for path in there if path.suffix == ".md"}
        waiting += pages - reached
    assert set(NAMES) - reached <= {"CHANGELOG.md"}


def test_pictures_are_what_the_commands_print(tmp_path: Path) -> None:
    """`scripts/pictures` makes them. Looking for a small example is bounded in time: on a busy machine, once more."""
    images = {path.stem: path.read_bytes() for path in (ROOT / "docs" / "images").glob("*.svg")}
    shown = {Path(link).stem for name in NAMES for link in links(name) if link.endswith(".svg")}
    assert set(images) == shown
    stale = sorted(images)
    for _ in range(3):
        command = [sys.executable, str(ROOT / "scripts" / "pictures.py"), "--out", str(tmp_path), *stale]
        subprocess.run(command, capture_output=True, timeout=300, check=True)
        stale = [name for name in stale if (tmp_path / f"{name}.svg").read_bytes() != images[name]]
        if not stale:
            break
    assert stale == []
    assert [name for name, svg in images.items() if b"url(http" in svg or str(ROOT).encode() in svg] == []


# --- what students are told ------------------------------------------------------------------------------------

RIGHT = """\
import numpy as np


def compute_qkv(X, W_q, W_k, W_v):
    return X @ W_q, X @ W_k, X @ W_v


def self_attention(Q, K, V):
    scores = Q @ K.T / np.sqrt(K.shape[-1])
    weights = np.exp(scores)
    weights = weights / weights.sum(axis=1, keepdims=True)
    return weights @ V
"""
SAID = {  # a phrase of the table → a case, and the edit of what is right after which the grader says it
    "is not defined; found": ("square", "def self_attention", "def selfattention"),
    "cannot be called as the assignment does": ("square", "(Q, K, V)", "(Q, K, V, mask)"),
    "is None: self_attention returned nothing": ("square", "return weights @ V", "weights @ V"),
    "Python cannot read this": ("square", "(Q, K, V):", "(Q, K, V)"),
    "is a `.T` missing?": ("square", "Q @ K.T", "Q @ K"),
    "differ; the largest difference is": ("square", "weights @ V", "weights @ V + 1"),
    "rows and columns have changed places": ("examples", "weights @ V", "(weights @ V).T"),
    "exp grew too large": ("square", "np.exp(scores)", "np.exp(1000 * scores)"),
    "did not end within": ("square.1", "    scores =", "    while True: pass\n    scores ="),
    "this statement raised": ("square.1", "\n\n\ndef self", "\n\n\ninput()\n\n\ndef self"),
}


def test_the_table_of_messages_is_of_those_below() -> None:
    rows = STUDENTS.partition("## It says")[2].partition("\n## ")[0].splitlines()
    said = [re.match(r"\| (``?)(.+?)\1 ", row) for row in rows if row.startswith("| `")]
    assert [found[2].strip() for found in said if found] == list(SAID)


@pytest.mark.parametrize("phrase", SAID)
def test_the_grader_says_what_students_are_told_it_says(phrase: str, tmp_path: Path) -> None:
    case, before, after = SAID[phrase]
    assert RIGHT.count(before) == 1
    (tmp_path / "mine.py").write_text(RIGHT.replace(before, after), encoding="utf-8")
    options = ["--assignment", "self_attention", "--format", "json", "--case", case]
    done = run(["grader", "check", "mine.py", *options], tmp_path)
    assert done.returncode in (0, 1), done.stderr
    assert phrase in done.stdout


# --- the assignment that a page makes --------------------------------------------------------------------------


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
    done = run(["grader", "check", str(solution), "--specs", str(tmp_path / "specs")], tmp_path)
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


def test_every_module_has_its_room_in_the_architecture() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    modules = {path.stem for path in (ROOT / "grader").glob("*.py")} - {"__init__", "__main__"}
    folders = {f"{path.name}/" for path in (ROOT / "grader").iterdir() if (path / "__init__.py").exists()}
    assert {name for name in modules | folders if f"`{name}`" not in text} == set()
