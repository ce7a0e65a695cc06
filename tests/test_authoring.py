"""`grader new` and `grader verify --statement`, by running them on the given statements and on others."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
import warm

from grader.authoring import crosscheck

STATEMENTS = Path(__file__).parent / "statements"
SELF_ATTENTION = STATEMENTS / "self_attention.md"
MULTI_HEAD = STATEMENTS / "multi_head_self_attention.md"


def grader(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return warm.grader(*arguments, cwd=folder)


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("source", [[], ["--from", SELF_ATTENTION]], ids=["blank", "self_attention"])
def test_what_is_made_is_right_and_measures(tmp_path: Path, source: list[object]) -> None:
    done = grader(tmp_path, "new", "mine", *source)
    assert (done.returncode, done.stdout) == (0, "test_specs/mine.yaml\nreference/mine.py\n")
    assert files(tmp_path) == {"test_specs/mine.yaml", "reference/mine.py"}
    checked = grader(tmp_path, "check", "reference/mine.py", "-a", "mine")
    assert (checked.returncode, "10 of 10 points" in checked.stdout) == (0, True)
    verified = grader(tmp_path, "verify", "mine", "--statement", SELF_ATTENTION)
    assert verified.returncode == 0, verified.stdout


def test_of_a_statement_without_bodies_and_values(tmp_path: Path) -> None:
    specs = tmp_path / "course" / "specs"
    done = grader(tmp_path, "new", "heads", "--from", MULTI_HEAD, "--specs", specs)
    assert done.returncode == 0
    assert files(tmp_path) == {"course/specs/heads.yaml", "course/reference/heads.py"}
    assert "fill in the bodies of create_qkv, scaled_dot_product_attention, multi_head_attention" in done.stderr
    assert f"{MULTI_HEAD}:36: `multi_head_self_attention` is taken for another name" in done.stderr
    assert "the statement has no example with values" in done.stderr
    shipped = Path(__file__).parent.parent / "reference" / "multi_head_self_attention.py"
    (tmp_path / "course" / "reference" / "heads.py").write_bytes(shipped.read_bytes())
    checked = grader(tmp_path, "check", shipped, "-a", "heads", "--specs", specs)
    assert (checked.returncode, "10 of 10 points" in checked.stdout) == (0, True), checked.stderr


@pytest.mark.parametrize("there", ["test_specs/mine.yaml", "test_specs/mine.yml", "reference/mine.py"])
def test_nothing_is_overwritten(tmp_path: Path, there: str) -> None:
    (tmp_path / there).parent.mkdir()
    (tmp_path / there).write_text("precious")
    done = grader(tmp_path, "new", "mine")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{there}: this file is there already; nothing was written" in done.stderr
    assert (files(tmp_path), (tmp_path / there).read_text()) == ({there}, "precious")


def test_both_files_or_none(tmp_path: Path) -> None:
    (tmp_path / "reference").write_text("a file where a folder has to be")
    done = grader(tmp_path, "new", "mine")
    assert (done.returncode, "could not be written" in done.stderr) == (2, True)
    assert files(tmp_path) == {"reference"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["new", "1st"], "`1st` cannot be an assignment's id"),
        (["new", "../up"], "`../up` cannot be an assignment's id"),
        (["new", "mine", "--from", "nowhere.md"], "nowhere.md: the statement cannot be read"),
        (["new", "mine", "--from", "latin.md"], "latin.md: this is not UTF-8 text"),
        (["new", "mine", "--from", "prose.md"], "prose.md: no function was found"),
        (["new", "mine", "--from", "large.md"], "large.md: this file is larger than 1,000,000 bytes"),
        (["verify", "--statement", "prose.md"], "`--statement` belongs to one assignment"),
        (["verify", "self_attention", "--statement", "nowhere.md"], "nowhere.md: the statement cannot be read"),
    ],
)
def test_usage_errors(tmp_path: Path, arguments: list[object], words: str) -> None:
    (tmp_path / "latin.md").write_bytes(b"\xe9")
    (tmp_path / "prose.md").write_text("# Only words\n")
    (tmp_path / "large.md").write_text("x" * 1_000_001)
    done = grader(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert not (tmp_path / "test_specs").exists()


def test_a_spec_that_has_to_be_mended_is_written_and_told(tmp_path: Path) -> None:
    dates = "Release date: 2024-05-17\nDue date: 2024-05-03\n"
    (tmp_path / "late.md").write_text(f"{dates}\n```python\ndef f(x):\n    return x\n```\n")
    done = grader(tmp_path, "new", "late", "--from", "late.md")
    assert done.returncode == 0
    assert "to be mended: test_specs/late.yaml:5:" in done.stderr
    assert "it is due before it is released" in done.stderr


def test_statements_of_shipped_assignments_agree(capsys: pytest.CaptureFixture[str]) -> None:
    assert crosscheck(["self_attention"], SELF_ATTENTION, None, as_json=False)
    assert capsys.readouterr().out == f"{SELF_ATTENTION}: 3 examples: the reference of self_attention agrees\n"
    assert crosscheck(["multi_head_self_attention"], MULTI_HEAD, None, as_json=False)
    assert capsys.readouterr().out == f"{MULTI_HEAD}: it has no example with values: there is nothing to compare\n"


def test_contradictions_are_told_with_their_line(tmp_path: Path) -> None:
    text = SELF_ATTENTION.read_text(encoding="utf-8")
    (tmp_path / "wrong.md").write_text(text.replace("[2.5, 4.0]", "[2.5, 4.1]").replace("# [[1.660477", "# [[1.760477"))
    arguments = ["verify", "self_attention", "--statement", "wrong.md"]
    done = grader(tmp_path, *arguments)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "wrong.md:23: the statement says `output` is 1.760477 at (0, 0), the reference gives 1.6604769",
        "wrong.md:96: the statement says `output` is 4.1 at (1, 1), the reference gives 4",
    ]
    assert "wrong.md:77: another value than line 23 says of the same call" in done.stderr
    found = json.loads(grader(tmp_path, *arguments, "--json").stdout)
    assert (found["schema"], found["compared"]) == ("grader.crosscheck/1", 4)
    assert [place["line"] for place in found["contradictions"]] == [23, 96]
