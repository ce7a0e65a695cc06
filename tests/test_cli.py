"""The command line, by running it: exit codes, what goes to stdout and stderr, and every bad input by its sentence."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from class_runs import kept, started
from tiers import reached
from warm import grader, run
from workers import eventually

from grader.errors import UsageError
from grader.runner import LocalRunner

pytestmark = pytest.mark.unmeasured

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "submissions" / "self_attention"
RIGHT = (SAMPLE / "statement_style.py").read_bytes()
WRONG = (SAMPLE / "no_scale.py").read_bytes()


def results(out: Path) -> dict[str, dict[str, Any]]:
    lines = (out / "results.jsonl").read_text(encoding="utf-8").splitlines()
    return {result["submission"]["id"]: result for result in map(json.loads, lines)}


# --- check -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "arguments", "code"),
    [
        ("statement_style.py", [], 0),
        ("no_scale.py", [], 1),
        ("no_scale.py", ["--fail-under", "1"], 0),
        ("no_scale.py", ["--fail-under", "1.01"], 1),
        ("messy_notebook.ipynb", [], 0),
        ("folder_of_files", [], 0),
    ],
)
def test_check_exits_by_the_score(file: str, arguments: list[str], code: int) -> None:
    done = grader("check", SAMPLE / file, *arguments)
    assert done.returncode == code, done.stderr
    assert "Self-Attention Mechanism" in done.stdout
    assert ("isolation is `process`" in done.stderr) == (reached().tier == "process")


def test_check_finds_the_file_in_the_current_folder_by_its_functions(tmp_path: Path) -> None:
    (tmp_path / "notes.py").write_text("x = 1\n")
    (tmp_path / "my attention.py").write_bytes(RIGHT)
    done = grader("check", "--format", "json", cwd=tmp_path)
    assert json.loads(done.stdout)["score"] == 10


def test_check_of_some_cases_gives_no_score_of_the_whole() -> None:
    done = grader(
        "check",
        ROOT / "submissions/self_attention/no_scale.py",
        "--case",
        "square",
        "--case",
        "projections.1",
        "--format",
        "json",
    )
    result = json.loads(done.stdout)
    assert result["chosen"] == ["projections.1", "square.1", "square.2"]
    assert (result["score"], result["points"], done.returncode) == (0.5, 1.5, 1)
    assert [group["id"] for group in result["groups"]] == ["projections", "square"]
    done = grader("check", ROOT / "reference/self_attention.py", "--case", "square")
    assert done.returncode == 0
    assert "1 of 1 points of the cases that were asked for" in done.stdout
    assert "run `grader check` without --case to see them all" in done.stdout
    done = grader("check", ROOT / "submissions/self_attention/no_scale.py", "--case", "sqare")
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no case or group `sqare`; did you mean `square`?" in done.stderr


@pytest.mark.parametrize(("hints", "named", "kinds"), [("name", True, {"stage"}), ("stage", False, {"stage"})])
def test_a_student_is_told_as_much_as_the_spec_says(tmp_path: Path, hints: str, named: bool, kinds: set[str]) -> None:
    (tmp_path / "test_specs").mkdir()
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference/self_attention.py").write_bytes((ROOT / "reference/self_attention.py").read_bytes())
    spec = (ROOT / "test_specs/self_attention.yaml").read_text(encoding="utf-8")
    (tmp_path / "test_specs/self_attention.yaml").write_text(spec + f"\nhints: {hints}\n", encoding="utf-8")
    options = ("--specs", tmp_path / "test_specs", "--assignment", "self_attention")
    shown = json.loads(grader("check", SAMPLE / "no_scale.py", *options, "--format", "json").stdout)
    assert bool(shown["diagnoses"]) is named
    assert {clue["kind"] for clue in shown["clues"]} == kinds
    assert (shown["counterexample"] is not None) is named
    if not named:
        assert "the scores are not scaled" not in grader("check", SAMPLE / "no_scale.py", *options).stdout


def test_watch_checks_again_on_save_until_it_is_interrupted(tmp_path: Path) -> None:
    mine = tmp_path / "mine.py"
    mine.write_bytes((ROOT / "submissions/self_attention/no_scale.py").read_bytes())
    command = [sys.executable, "-u", "-m", "grader", "check", str(mine), "--watch", "--case", "projections"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:

        def until(words: str) -> None:
            assert running.stderr is not None
            while words not in (line := running.stderr.readline()):
                assert line, "it ended"

        try:
            until("watching mine.py")
            mine.write_text("def compute_qkv(X", encoding="utf-8")
            until("Python cannot read this")  # and it goes on
            until("watching mine.py")
            mine.write_bytes(RIGHT)
            until("saved at")
            until("watching mine.py")
            running.send_signal(signal.SIGINT)
            out, _ = running.communicate(timeout=60)
        finally:
            running.kill()
    assert running.returncode == 130
    assert out.count("1 of 1 points of the cases that were asked for") == 2


def test_check_speaks_json_and_junit_on_stdout_alone(tmp_path: Path) -> None:
    done = grader("check", SAMPLE / "no_scale.py", "--format", "json", "--junit", tmp_path / "junit.xml")
    result = json.loads(done.stdout)
    assert (result["schema"], result["assignment"], result["score"]) == ("grader.result/1", "self_attention", 1)
    assert "<testsuite" in (tmp_path / "junit.xml").read_text(encoding="utf-8")
    assert grader("check", SAMPLE / "no_scale.py", "--format", "junit").stdout.startswith("<?xml")


def test_the_seed_is_recorded_and_changes_the_inputs(tmp_path: Path) -> None:
    first, second = (
        json.loads(
            grader("check", SAMPLE / "no_scale.py", "--format", "json", "--case", "rectangular", "--seed", seed).stdout
        )
        for seed in (1, 2)
    )
    assert (first["seed"], second["seed"]) == (1, 2)
    drawn = [[c["message"] for c in r["cases"] if c["id"] == "rectangular.1"] for r in (first, second)]
    assert drawn[0] != drawn[1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check", "nowhere.py"], "nowhere.py: there is no such file or folder"),
        (["check", SAMPLE / "no_scale.py", "-a", "self_atention"], "did you mean `self_attention`?"),
        (["check", SAMPLE / "no_scale.py", "--specs", "nowhere"], "nowhere: there is no such folder of specs"),
        (["grade", "nowhere"], "nowhere: there is no such file or folder"),
        (["grade", SAMPLE / "no_scale.py"], "`grade` takes a folder or a zip of submissions, `check` one file"),
        (["grade", SAMPLE, "--out", ROOT / "README.md"], "README.md"),
        (["show", "nothing"], "there is no assignment `nothing`"),
        (["check", "--seed", "x"], "Invalid value for '--seed'"),
        (["chekc"], "No such command 'chekc'"),
    ],
)
def test_usage_errors_exit_2_and_name_the_thing(arguments: list[object], words: str) -> None:
    done = grader(*arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert done.stdout == ""


def test_check_finds_the_file_in_a_large_repository(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    for number in range(60):
        (tmp_path / "other" / f"{number}.py").write_text("x = 1\n")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "attention.py").write_bytes(b"from softmax_of_mine import y\n" + RIGHT)
    (tmp_path / "mine" / "softmax_of_mine.py").write_text("y = 1\n")
    for arguments in (["-a", "self_attention"], []):
        done = grader("check", "--format", "json", *arguments, cwd=tmp_path)
        assert (done.returncode, json.loads(done.stdout)["notes"]) == (0, []), done.stderr


def test_check_of_a_folder_that_is_no_submission(tmp_path: Path) -> None:
    for number in range(51):
        (tmp_path / f"{number}.py").write_bytes(RIGHT)
    for arguments in (["-a", "self_attention"], ["-a", "multi_head_self_attention"], []):
        done = grader("check", ".", *arguments, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert ".: this folder holds more than 50 code files, too many for one submission; name the file" in done.stderr
    assert grader("check", "7.py", cwd=tmp_path).returncode == 0


def test_an_empty_folder_and_one_with_nothing_to_grade(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "there is nothing to grade in this folder" in grader("grade", tmp_path / "empty").stderr
    (tmp_path / "empty" / "essay.docx").write_bytes(b"x")
    done = grader("grade", tmp_path / "empty")
    assert (done.returncode, "there is nothing to grade" in done.stderr) == (2, True)


def test_an_assignment_that_cannot_be_inferred(tmp_path: Path) -> None:
    (tmp_path / "other.py").write_text("def fibonacci(n): return n\n")
    done = grader("check", tmp_path / "other.py")
    assert done.returncode == 2
    assert "defines no function of a known assignment" in done.stderr
    both = "def self_attention(Q, K, V): pass\ndef create_qkv(a, b, c, d): pass\n"
    (tmp_path / "other.py").write_text(both)
    done = grader("check", tmp_path / "other.py")
    assert done.returncode == 2
    assert "several assignments (multi_head_self_attention, self_attention)" in done.stderr


# --- specs and references ------------------------------------------------------------------------

SPEC = """\
assignment: tiny
title: Tiny
points: 10
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


def course(tmp_path: Path, spec: str = SPEC, reference: str = "def double(x):\n    return 2 * x\n") -> list[object]:
    """A course folder with one spec; the arguments that grade a right file by it."""
    for folder in ("specs", "reference"):
        (tmp_path / folder).mkdir()
    (tmp_path / "specs" / "tiny.yaml").write_text(spec)
    (tmp_path / "reference" / "tiny.py").write_text(reference)
    (tmp_path / "mine.py").write_text("def double(x):\n    return x + x\n")
    return ["check", tmp_path / "mine.py", "--specs", tmp_path / "specs"]


def test_a_spec_of_ones_own(tmp_path: Path) -> None:
    done = grader(*course(tmp_path))
    assert done.returncode == 0, done.stderr


def test_all_errors_of_a_spec_are_told_at_once(tmp_path: Path) -> None:
    wrong = SPEC.replace("title", "titel").replace("points: 10\nref", "points: ten\nref").replace("normal", "norml")
    wrong = wrong.replace("[y = double(x)]", "[double(x)]").replace("id: all", "id: a b") + "    award: some\n"
    done = grader(*course(tmp_path, wrong))
    assert done.returncode == 2
    places = re.findall(r"tiny\.yaml:(\d+):\d+: ", done.stderr)
    assert {"2", "3", "8", "10", "11", "14"} <= set(places), done.stderr
    assert "did you mean `title`?" in done.stderr


def test_a_broken_local_spec_is_named_and_the_others_are_used(tmp_path: Path) -> None:
    course(tmp_path, SPEC.replace("points: 10\nref", "points: ten\nref"))
    (tmp_path / "specs").rename(tmp_path / "test_specs")
    (tmp_path / "mine.py").write_bytes(RIGHT)
    left_out = "grader: the assignment `tiny` is left out: test_specs/tiny.yaml:3:"
    listed = grader("list", cwd=tmp_path)
    assert (listed.returncode, left_out in listed.stderr, "self_attention" in listed.stdout) == (0, True, True)
    checked = grader("check", "mine.py", cwd=tmp_path)
    assert (checked.returncode, left_out in checked.stderr) == (0, True)
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "right.py").write_bytes(RIGHT)
    graded = grader("grade", "class", "--out", "out", cwd=tmp_path)
    assert (graded.returncode, left_out in graded.stderr) == (0, True)
    named = grader("check", "mine.py", "--assignment", "tiny", cwd=tmp_path)
    assert (named.returncode, "grader: test_specs/tiny.yaml:3:" in named.stderr) == (2, True)
    others = grader("check", "mine.py", "--assignment", "self_attention", cwd=tmp_path)
    assert (others.returncode, "tiny" in others.stderr) == (0, False)


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("def double(x):\n    raise ValueError('oh')\n", "the reference fails in case all.1: ValueError: oh"),
        ("def double(x):\n    return x[:2]\n", "`y` has shape (2,), the spec's `shapes` say (3,)"),
        ("def double(x:\n", "the reference cannot be loaded"),
        ("import torch\ndef double(x):\n    return x\n", "the module `torch` is not available"),
        ("", "is empty"),
    ],
)
def test_a_reference_that_does_not_do_is_the_authors_error(tmp_path: Path, reference: str, words: str) -> None:
    done = grader(*course(tmp_path, reference=reference))
    assert done.returncode == 2
    assert words in done.stderr
    assert "tiny" in done.stderr


def test_a_missing_reference(tmp_path: Path) -> None:
    arguments = course(tmp_path)
    (tmp_path / "reference" / "tiny.py").unlink()
    done = grader(*arguments)
    assert done.returncode == 2
    assert "tiny.py" in done.stderr


# --- grade: a class of bad input -----------------------------------------------------------------

NOTEBOOK: dict[str, Any] = {"metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def cells(*sources: str) -> str:
    made: list[dict[str, Any]] = [
        {"cell_type": "code", "id": f"c{n}", "execution_count": None, "metadata": {}, "outputs": [], "source": source}
        for n, source in enumerate(sources)
    ]
    return json.dumps({**NOTEBOOK, "cells": made})


V3_CELL = {"cell_type": "code", "language": "python", "outputs": [], "input": RIGHT.decode()}
V3 = json.dumps(
    {
        "metadata": {},
        "nbformat": 3,
        "nbformat_minor": 0,
        "worksheets": [
            {
                "cells": [{"cell_type": "code", "language": "python", "outputs": [], "input": RIGHT.decode()}],
                "metadata": {},
            }
        ],
    }
)
NOISY = RIGHT + b'\nprint("\\x00 \\x1b[31mred\\x1b[0m \\udcff ]]> <script>alert(1)</script> \\u202e")\n'

BAD: Mapping[str, bytes | str] = {
    "empty.py": "",
    "blank.py": "\n\n  \n",
    "comment_only.py": "# nothing yet\n",
    "list.ipynb": "[]",
    "null.ipynb": "null",
    "no_json.ipynb": "<html>",
    "version3.ipynb": V3,
    "many_cells.ipynb": cells(*["x = 1"] * 20_000, RIGHT.decode()),
    "deep.ipynb": "[" * 100_000,
    "binary.py": bytes(range(256)) * 10,
    "exits.py": RIGHT + b"\nimport sys\nsys.exit(1)\n",
    "name with 'quotes' and \"more\".py": RIGHT,
    "=1+1.py": RIGHT,
    "new\nline.py": RIGHT,
    "twin.py": RIGHT,
    "twin.ipynb": cells(RIGHT.decode()),
    "noisy.py": NOISY,
    "kills_itself.py": RIGHT.replace(b"d = ", b"import os; os._exit(0)\n    d = "),
}


@pytest.fixture(scope="module")
def bad_class(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    folder = tmp_path_factory.mktemp("class")
    for name, content in BAD.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    with (folder / "huge.py").open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    (folder / "link.py").symlink_to(ROOT / "reference" / "self_attention.py")
    os.mkfifo(folder / "fifo.py")
    (folder / "nothing in here").mkdir()
    (folder / "essay.docx").write_bytes(b"x")
    out = tmp_path_factory.mktemp("reports")
    return out, grader("grade", folder, "--assignment", "self_attention", "--out", out)


def test_bad_input_costs_no_other_submission_its_result(bad_class: tuple[Path, Any]) -> None:
    out, done = bad_class
    assert done.returncode == 0, done.stderr
    assert "essay.docx" in done.stderr
    shown = {name.replace("\n", "\\n") for name in BAD}
    assert set(results(out)) == shown | {"huge.py", "link.py", "fifo.py", "nothing in here"}


@pytest.mark.parametrize(
    ("name", "score", "words"),
    [
        ("empty.py", 0, "empty"),
        ("blank.py", 0, "empty"),
        ("comment_only.py", 0, "is not defined"),
        ("list.ipynb", 0, "no Jupyter notebook that can be read"),
        ("null.ipynb", 0, "no Jupyter notebook that can be read"),
        ("no_json.ipynb", 0, "no Jupyter notebook that can be read"),
        ("deep.ipynb", 0, "no Jupyter notebook that can be read"),
        ("version3.ipynb", 10, ""),
        ("many_cells.ipynb", 10, ""),
        ("binary.py", 0, "NUL"),
        ("exits.py", 10, "raised SystemExit: 1 (it ends the program, as exit() and quit() do); the rest was graded"),
        ("name with 'quotes' and \"more\".py", 10, ""),
        ("=1+1.py", 10, ""),
        ("new\\nline.py", 10, ""),
        ("twin.py", 10, ""),
        ("twin.ipynb", 10, ""),
        ("noisy.py", 10, ""),
        ("huge.py", 0, "huge.py is too large (210 MB; at most 1 MB are graded)"),
        ("link.py", 0, "a link to another file"),
        ("fifo.py", 0, "no regular file"),
        ("nothing in here", 0, "holds no .py or .ipynb file"),
    ],
)
def test_each_bad_input_has_its_score_and_sentence(
    bad_class: tuple[Path, Any], name: str, score: float, words: str
) -> None:
    result = results(bad_class[0])[name]
    assert (result["status"], result["score"]) == ("graded", score)
    assert words in " ".join(result["notes"])


def test_a_case_that_ends_its_process_costs_that_case_only(bad_class: tuple[Path, Any]) -> None:
    result = results(bad_class[0])["kills_itself.py"]
    verdicts = {case["id"]: case["verdict"] for case in result["cases"]}
    assert verdicts["attention.1"] == "crashed"
    assert verdicts["projections.1"] == verdicts["projections.2"] == "passed"
    assert "exit status 0" in next(case["message"] for case in result["cases"] if case["id"] == "attention.1")


def test_the_files_of_a_bad_class_can_be_read_by_programs(bad_class: tuple[Path, Any]) -> None:
    from junitparser import JUnitXml

    out, _ = bad_class
    suites = JUnitXml.fromfile(str(out / "junit.xml"))
    assert len(list(suites)) == len(BAD) + 4
    with (out / "gradebook.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(BAD) + 4
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row.values())
    assert len(list((out / "junit").iterdir())) == len(BAD) + 4


def test_stdout_of_a_bad_class_holds_no_control_characters(bad_class: tuple[Path, Any]) -> None:
    _, done = bad_class
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e]", done.stdout)


def test_junit_is_valid_by_jenkins_schema(bad_class: tuple[Path, Any]) -> None:
    import xmlschema

    out, _ = bad_class
    schema = xmlschema.XMLSchema(str(Path(__file__).parent / "reports" / "junit-10.xsd"))
    for path in (out / "junit.xml", *(out / "junit").iterdir()):
        schema.validate(str(path))


# --- interrupted -------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_keeps_what_is_finished(tmp_path: Path, number: signal.Signals) -> None:
    folder, out = tmp_path / "class", tmp_path / "out"
    folder.mkdir()
    slow = RIGHT.replace(b"d = ", b"import time; time.sleep(0.03)\n    d = ")
    for index in range(60):
        (folder / f"s{index:02}.py").write_bytes(slow)
    words = [sys.executable, "-m", "grader", "grade", folder, "-a", "self_attention", "--out", out, "-j", "2"]
    with started([*map(str, words)], out) as running:
        assert eventually(lambda: len(kept(out)) >= 2)
        code, _, errors = running.end(number)
    assert "60 submissions" in errors
    assert (code, "Traceback" in errors) == (130, False), errors
    finished = results(out)
    assert 1 <= len(finished) < 60
    assert {result["score"] for result in finished.values()} == {10}
    assert f"interrupted: {len(finished)} of 60 were graded" in errors


def descendants(pid: int) -> set[int]:
    """Processes below this one that live, by what Linux tells of each process."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
            parents |= {int(stat.parent.name): int(parent)} if state != "Z" else {}
    below, size = {pid}, 0
    while len(below) > size:
        size = len(below)
        below |= {child for child, parent in parents.items() if parent in below}
    return below - {pid}


def test_a_second_interrupt_stops_at_once_and_keeps_what_is_finished(tmp_path: Path) -> None:
    folder, out = tmp_path / "class", tmp_path / "out"
    folder.mkdir()
    (folder / "a.py").write_bytes(RIGHT)
    slow = RIGHT.replace(b"d = ", b"import time; time.sleep(2.5)\n    d = ")
    for index in range(4):
        (folder / f"slow{index}.py").write_bytes(slow)
    words = [sys.executable, "-m", "grader", "grade", folder, "-a", "self_attention", "--out", out, "-j", "2"]
    with started([*map(str, words)], out) as running:
        assert eventually(lambda: kept(out) != {})
        running.process.send_signal(signal.SIGINT)
        assert running.process.stderr is not None
        while "again" not in running.process.stderr.readline():
            assert running.process.poll() is None
        workers = descendants(running.process.pid)
        running.process.send_signal(signal.SIGINT)
        pressed = time.monotonic()
        code, shown, errors = running.end(signal.SIGINT)
    assert time.monotonic() - pressed < 15  # a submission may take twenty seconds; reports are written
    assert (code, "Traceback" in errors) == (130, False), errors
    assert "interrupted: 1 of 5 were graded" in errors
    assert "a.py" in shown
    assert [result["score"] for result in results(out).values()] == [10]
    while any(Path(f"/proc/{worker}").exists() for worker in workers):
        assert time.monotonic() - pressed < 30
        time.sleep(0.1)


# --- the rest ----------------------------------------------------------------------------------


def test_list_show_schema_and_version() -> None:
    assert "multi_head_self_attention" in grader("list", COLUMNS="120").stdout
    shown = grader("show", "multi_head_self_attention", COLUMNS="120").stdout
    assert "scaled_dot_product_attention(Q, K, V, scale)" in shown
    assert "implied by end_to_end" in shown
    assert json.loads(grader("schema").stdout)["title"] == "attention-grader spec"
    assert re.fullmatch(r"grader \d+\.\d+\.\d+\n", grader("--version").stdout)


@pytest.mark.parametrize(
    ("arguments", "environment", "coloured"),
    [
        ([], {}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colour_option_before_no_color_before_force_color(
    arguments: list[str], environment: dict[str, str], coloured: bool
) -> None:
    shown = grader("check", SAMPLE / "statement_style.py", *arguments, cwd=ROOT, **environment).stdout
    assert bool(re.search(r"\x1b\[\d*;?3\dm", shown)) is coloured


def test_an_ascii_terminal_and_a_narrow_one() -> None:
    command = [sys.executable, "-m", "grader", "check", str(SAMPLE / "no_scale.py"), "--case", "square"]
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}
    shown = subprocess.run(command, cwd=ROOT, env=ascii_only, capture_output=True, text=True, check=False)
    assert (shown.returncode, shown.stderr) == (1, "")
    assert shown.stdout.isascii()
    assert grader("check", SAMPLE / "no_scale.py", COLUMNS="20").returncode == 1


def test_a_reader_that_goes_away_is_no_traceback() -> None:
    command = f"{sys.executable} -m grader schema | head -c 10"
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize(
    "arguments",
    [
        ["check", SAMPLE / "statement_style.py"],
        ["check", SAMPLE / "statement_style.py", "--format", "json"],
        ["check", SAMPLE / "statement_style.py", "--format", "junit"],
        *(["list"], ["show", "self_attention"], ["schema"], ["--version"], ["--help"]),
    ],
    ids=lambda arguments: " ".join(map(str, arguments[::2])),
)
def test_a_stdout_that_is_full_is_told_in_a_plain_sentence(arguments: list[object]) -> None:
    with FULL.open("w") as full:
        done = run(["grader", *arguments], stdout=full)
    assert done.stderr == "grader: stdout cannot be written: No space left on device\n"
    assert done.returncode == 3


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a device that is always full")
def test_reports_are_written_though_stdout_is_full(tmp_path: Path) -> None:
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "a.py").write_bytes(RIGHT)
    with FULL.open("w") as full:
        command = [sys.executable, "-m", "grader", "grade", str(tmp_path / "class"), "--out", str(tmp_path / "out")]
        done = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 3
    assert f"reports: {tmp_path / 'out'}\ngrader: stdout cannot be written: No space left" in done.stderr
    assert results(tmp_path / "out")["a.py"]["score"] == 10


def test_scores_are_shown_even_when_no_report_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from grader import grading, reports

    def full(_results: object, _folder: object, _map: object) -> None:
        raise UsageError("out/results.jsonl: the report could not be written (No space left on device)")

    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "a.py").write_bytes(RIGHT)
    monkeypatch.setattr(reports, "write_all", full)
    shown = io.StringIO()
    monkeypatch.setattr(sys, "stdout", shown)
    with LocalRunner() as runner, pytest.raises(UsageError):
        grading.grade(grading.Order(tmp_path / "class", "self_attention", tmp_path / "out", color="never"), runner)
    assert "10" in shown.getvalue()
    assert "a.py" in shown.getvalue()


def test_an_error_message_with_a_hostile_name_acts_on_no_terminal(tmp_path: Path) -> None:
    done = grader("check", tmp_path / "\x1b[2J\u202e.py")
    assert done.returncode == 2
    assert "\x1b" not in done.stderr
    assert "\u202e" not in done.stderr
    assert r"\x1b[2J" in done.stderr


def test_verify_says_whether_a_spec_measures(tmp_path: Path) -> None:
    done = grader("verify", "masked_self_attention", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["problems"] == []
    done = grader("verify", *course(tmp_path)[2:])  # a spec that names no misconception
    assert done.returncode == 1
    assert "it names no misconception" in done.stdout
    assert grader("verify", "no_such_assignment").returncode == 2


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="no pseudo-terminals here")
def test_whoever_looks_on_has_something_to_read_at_once() -> None:
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "grader", "check", str(SAMPLE / "statement_style.py")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=theirs):
        os.close(theirs)
        assert b"checking" in os.read(ours, 1000)
    os.close(ours)
    assert "checking" not in grader("check", SAMPLE / "statement_style.py").stderr


def test_a_variable_that_is_not_set_grades_nothing(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_bytes(RIGHT)
    for command in ("check", "grade"):
        done = grader(command, "", cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == "grader: an argument is empty: is a variable not set?\n"


def test_more_points_than_there_are_cannot_be_asked_for() -> None:
    done = grader("check", SAMPLE / "statement_style.py", "--fail-under", "11")
    assert done.returncode == 2
    assert "10 of 10 points" in done.stdout
    assert "--fail-under 11: nobody can get there, for there are 10 points" in done.stderr


def test_a_log_gets_no_blanks_at_the_ends_of_lines() -> None:
    shown = grader("check", SAMPLE / "no_scale.py", "--case", "square", COLUMNS="200").stdout
    assert "the scores" in shown or "self_attention" in shown
    assert not [line for line in shown.splitlines() if line != line.rstrip()]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("grader check -a s", ["self_attention"]),
        ("grader show m", ["masked_self_attention", "multi_head_self_attention"]),
        ("grader check --format g", ["github", "gitlab"]),
        ("grader doc", ["doctor"]),
    ],
)
def test_the_shell_completes_commands_choices_and_assignments(typed: str, offered: list[str]) -> None:
    asked = {"COMP_WORDS": typed, "COMP_CWORD": str(typed.count(" ")), "_GRADER_COMPLETE": "complete_bash"}
    done = run(["grader"], environment={**os.environ, **asked})
    assert (done.stdout.split(), done.stderr) == (offered, "")
