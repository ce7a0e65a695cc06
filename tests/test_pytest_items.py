"""Cases as pytest's items, by running pytest on real submissions: verdicts, words, points, and pytest's own options."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest
import xmlschema
from submissions_in_pytest import (
    CHANGES_INPUT,
    DOUBLING,
    IGNORES_ADVICE,
    RIGHT,
    SPEC,
    WRONG,
    course,
    graded_in,
    pytest_in,
    verdicts,
)
from warm import grader

from grader.assignments import load_assignment
from grader.checking import self_check, submission_at
from grader.model import Verdict
from grader.reports.reading import loses_points
from grader.reports.safe import points
from grader.runner import LocalRunner

pytestmark = pytest.mark.unmeasured

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "submissions"
JENKINS = Path(__file__).parent / "reports" / "junit-10.xsd"
PLAIN = [f"plain.{number}" for number in (1, 2, 3, 4)]
WHOLE = ["whole.deterministic", "whole.float32_input", "whole.inputs_unchanged"]
HIDDEN = ["secret.1", "secret.2"]


# --- collection ----------------------------------------------------------------------------------


def test_a_case_is_an_item(tmp_path: Path) -> None:
    done = graded_in(course(tmp_path), "--co", "-q")
    assert done.stdout.splitlines()[:10] == [f"{SPEC}::{name}" for name in [*PLAIN, *WHOLE, *HIDDEN, "advice.zero"]]
    assert done.returncode == pytest.ExitCode.OK


def test_each_item_has_its_line_of_the_spec(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "def pytest_collection_modifyitems(items):\n"
        "    for item in items:\n"
        "        print('at', item.name, item.location[1] + 1)\n"
    )
    done = graded_in(course(tmp_path), "--co", "-q", "-s")
    lines = DOUBLING.splitlines()
    said = {
        name: lines[int(line) - 1].strip() for name, line in re.findall(r"^at (\S+) (\d+)$", done.stdout, re.MULTILINE)
    }
    assert said == {
        **dict.fromkeys(PLAIN, "- id: plain"),
        "whole.deterministic": "- deterministic",
        "whole.float32_input": "- float32_input",
        "whole.inputs_unchanged": "- inputs_unchanged",
        **dict.fromkeys(HIDDEN, "- id: secret"),
        "advice.zero": "- id: zero",
    }


def test_a_bad_spec_is_a_collection_error(tmp_path: Path) -> None:
    done = graded_in(course(tmp_path, spec=DOUBLING.replace("  - id: plain", "  - idd: plain")))
    assert done.returncode == pytest.ExitCode.INTERRUPTED
    assert f"ERROR collecting {SPEC}" in done.stdout
    assert f"{SPEC}:13:5: " in done.stdout


def test_a_seed_for_which_there_are_no_cases_is_one_too(tmp_path: Path) -> None:
    drawn = "    draw: {count: 4, sizes: {n: 1..30000}, where: [n == 1]}\n"
    spec = DOUBLING.replace("    draw: {count: 4}\n", drawn)
    done = graded_in(course(tmp_path, spec=spec), "--submission-seed=3")
    assert done.returncode == pytest.ExitCode.INTERRUPTED
    assert f"{SPEC}" in done.stdout
    assert "in 10,000 draws no sizes fulfilled `where`" in done.stdout


def test_a_kit_is_graded_by_like_a_spec(tmp_path: Path) -> None:
    course(tmp_path, WRONG)
    assert grader("kit", "doubling", "--specs", "test_specs", "--out", "kits", cwd=tmp_path).returncode == 0
    (kit,) = (path.relative_to(tmp_path).as_posix() for path in (tmp_path / "kits").rglob("*.kit.json"))
    done = pytest_in(tmp_path, "--submission=my.py", kit)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert f"FAILED {kit}::plain.1 - 0/0.75 points: 6 of 6 values of `Y` differ" in done.stdout
    assert "grader: public points: 1 of 4; 2 more are hidden" in done.stdout


# --- verdicts ------------------------------------------------------------------------------------


def test_all_points_and_what_to_do(tmp_path: Path) -> None:
    done = graded_in(course(tmp_path))
    assert done.returncode == pytest.ExitCode.OK
    assert "8 passed, 2 skipped" in done.stdout
    assert re.search(r"^=+ grader: public points: 4 of 4; 2 more are hidden =+$", done.stdout, re.MULTILINE)
    assert "Doubling, my.py (seed 7)" in done.stdout
    assert "Next: All public points. Hidden cases ask the same of other inputs: hand it in." in done.stdout


def test_hidden_cases_are_skipped(tmp_path: Path) -> None:
    done = graded_in(course(tmp_path, WRONG), "-rs")
    assert f"SKIPPED [2] {SPEC}: hidden" in done.stdout
    assert "secret" not in done.stdout


def test_a_failure_is_the_feedback_and_its_cause_is_told_once(tmp_path: Path) -> None:
    done = graded_in(course(tmp_path, WRONG))
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    first, second = (done.stdout.split(f"_ plain.{number} (Twice as much) _")[1] for number in (1, 2))
    said = first.strip("_\n").splitlines()
    assert said[0].startswith("0/0.75 points: 6 of 6 values of `Y` differ")
    cause = "Likely cause: three times as much is returned. Multiply by two. (mending this alone: 1 → 4 of 4 points)"
    assert said[1] == cause
    assert said[2] == f"{SPEC}:13"
    assert "Captured stdout call" in said[3]
    assert said[4] == "hello"
    assert "Captured small example call" in first
    assert second.strip("_\n").splitlines()[1] == "Likely cause: the same as of plain.1"
    assert done.stdout.count("hello") == 1
    assert "pytest_items.py" not in done.stdout
    assert f"FAILED {SPEC}::plain.1 - 0/0.75 points: 6 of 6 values of `Y` differ" in done.stdout


def test_the_spec_says_how_much_is_told(tmp_path: Path) -> None:
    done = graded_in(course(tmp_path, WRONG, DOUBLING.replace("seed: 7", "seed: 7\nhints: none")), "-q")
    assert "three times as much" not in done.stdout
    assert "What is known of it" not in done.stdout
    assert "small example" not in done.stdout
    assert "0/0.75 points: what was returned is not right" in done.stdout
    assert "values of `Y` differ" not in done.stdout


def test_right_cases_of_a_group_that_is_lost_lose_points(tmp_path: Path) -> None:
    graded_in(course(tmp_path, CHANGES_INPUT), f"--junitxml={tmp_path / 'j.xml'}")
    found = verdicts(tmp_path / "j.xml")
    assert {name: found[name] for name in WHOLE} == dict.fromkeys(WHOLE, ("failure", "0/0.33"))
    assert {name: found[name] for name in PLAIN} == dict.fromkeys(PLAIN, ("passed", "0.75/0.75"))


def test_advice_passes_and_says_what_was_seen(tmp_path: Path) -> None:
    done = graded_in(course(tmp_path, IGNORES_ADVICE), "-rP", "-W", "error")
    assert done.returncode == pytest.ExitCode.OK
    assert "Without points: advice.zero (-rP shows what was seen)" in done.stdout
    assert "no points lost; failed: 6 of 6 values of `Y` differ" in done.stdout


def test_what_cannot_be_graded_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(
        "from grader import slot\n"
        "from grader.errors import HarnessError\n"
        "def lose(*given):\n"
        "    raise HarnessError('the zygote is lost')\n"
        "slot.judge.grade = lose\n"
    )
    done = graded_in(course(tmp_path), "-q", f"--junitxml={tmp_path / 'j.xml'}")
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "2 skipped, 8 errors" in done.stdout
    assert "ERROR at setup of plain.1" in done.stdout
    assert "the grader failed twice: the zygote is lost" in done.stdout
    assert "grader: could not be graded: this is no score" in done.stdout
    assert set(verdicts(tmp_path / "j.xml").values()) == {("error", ""), ("skipped", "")}


def test_a_reference_that_fails_is_an_error(tmp_path: Path) -> None:
    course(tmp_path, spec=DOUBLING.partition("misconceptions")[0])
    (tmp_path / "reference" / "doubling.py").write_text("def double(X):\n    return Z\n")
    done = graded_in(tmp_path, "-q")
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "the reference fails in case plain.1" in done.stdout
    assert "2 skipped, 8 errors" in done.stdout


# --- pytest's options ----------------------------------------------------------------------------


def test_some_cases_can_be_chosen_and_the_score_is_still_the_whole(tmp_path: Path) -> None:
    done = graded_in(course(tmp_path, CHANGES_INPUT), "-q", "-k", "plain")
    assert done.returncode == pytest.ExitCode.OK
    assert "4 passed, 6 deselected" in done.stdout
    assert "grader: public points: 3 of 4; 2 more are hidden" in done.stdout
    done = pytest_in(tmp_path, "-q", "--submission", "my.py", f"{SPEC}::whole.deterministic", f"{SPEC}::plain.3")
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert "1 failed, 1 passed" in done.stdout


def test_it_stops_at_the_first_failure(tmp_path: Path) -> None:
    done = graded_in(course(tmp_path, WRONG), "-x", "--tb=line")
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert f"{SPEC}:13: 0/0.75 points: 6 of 6 values of `Y` differ" in done.stdout
    assert "1 failed" in done.stdout.splitlines()[-1]
    assert "passed" not in done.stdout.splitlines()[-1]


def test_last_failed(tmp_path: Path) -> None:
    course(tmp_path, CHANGES_INPUT)
    options = ("-q", "-p", "cacheprovider")
    assert "3 failed, 5 passed" in graded_in(tmp_path, *options).stdout
    assert "3 failed, 7 deselected" in graded_in(tmp_path, *options, "--lf").stdout
    (tmp_path / "my.py").write_text(RIGHT)
    assert "3 passed, 7 deselected" in graded_in(tmp_path, *options, "--lf").stdout


@pytest.mark.parametrize("more", [["-n0"], ["-n2"]])
def test_junit_is_valid_and_the_same_with_xdist(tmp_path: Path, more: list[str]) -> None:
    done = graded_in(course(tmp_path, WRONG), f"--junitxml={tmp_path / 'j.xml'}", *more)
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    assert done.stdout.count("grader: public points: ") == 1
    found = verdicts(tmp_path / "j.xml")
    assert {name: found[name] for name in PLAIN} == dict.fromkeys(PLAIN, ("failure", "0/0.75"))
    assert {name: found[name] for name in HIDDEN} == dict.fromkeys(HIDDEN, ("skipped", ""))
    assert found["advice.zero"] == ("passed", "0/0")
    tree = ElementTree.parse(tmp_path / "j.xml")
    failure = tree.find(".//testcase[@name='plain.1']/failure")
    assert failure is not None
    assert failure.text is not None
    assert failure.get("message", "").startswith("0/0.75 points: 6 of 6 values of `Y` differ")
    assert failure.text.startswith(failure.get("message", "-"))
    for case in tree.iter("testcase"):  # pytest's properties of a case are in no version of the schema
        for properties in case.findall("properties"):
            case.remove(properties)
    xmlschema.XMLSchema(str(JENKINS)).validate(tree)


def test_text_of_the_student_cannot_act_on_a_terminal_or_break_the_file(tmp_path: Path) -> None:
    odd = "def double(X):\n    raise ValueError('\\x1b[31m\\ufffe\\ud800')\n"
    done = graded_in(course(tmp_path, odd), f"--junitxml={tmp_path / 'j.xml'}", "--color=no")
    assert "\x1b" not in done.stdout
    assert r"ValueError: \x1b[31m\ufffe? (my.py, line 2)" in done.stdout
    assert verdicts(tmp_path / "j.xml")["plain.1"] == ("failure", "0/0.75")


def test_another_seed(tmp_path: Path) -> None:
    done = graded_in(course(tmp_path, WRONG), "--submission-seed=8", "-x")
    assert "Doubling, my.py (seed 8)" in done.stdout
    assert "0/0.75 points" in done.stdout


def test_a_spec_above_pytests_root_has_names_too(tmp_path: Path) -> None:
    course(tmp_path, WRONG)
    (tmp_path / "inside").mkdir()
    done = graded_in(tmp_path, "--rootdir=inside", "-q", "-x")
    assert f"FAILED {tmp_path / SPEC}::plain.1 - " in done.stdout or f"FAILED {SPEC}::plain.1 - " in done.stdout


# --- the same as `grader check` ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("assignment", "file"),
    [
        pytest.param("self_attention", "messy_notebook.ipynb", marks=pytest.mark.long),
        pytest.param("self_attention", "folder_of_files", marks=pytest.mark.long),
        ("self_attention", "integer_truncation.py"),
        pytest.param("self_attention", "syntax_error.py", marks=pytest.mark.long),
        ("multi_head_self_attention", "einsum_with_weights.py"),
    ],
)
def test_verdicts_and_points_are_those_of_check(tmp_path: Path, assignment: str, file: str) -> None:
    for folder in ("test_specs", "reference"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    path = SAMPLE / assignment / file
    done = pytest_in(tmp_path, f"--submission={path}", f"test_specs/{assignment}.yaml", "--junitxml=j.xml")
    with LocalRunner() as runner:
        result = self_check(submission_at(path), load_assignment(assignment, None), None, runner)
    kinds = {case.id: "failure" if loses_points(case) else "passed" for case in result.cases}
    shares = {case.id: f"{points(case.earned)}/{points(case.possible)}" for case in result.cases}
    assert verdicts(tmp_path / "j.xml") == {name: (kinds[name], shares[name]) for name in kinds}
    assert f"grader: {points(result.score)} of {points(result.points)} points" in done.stdout
    assert done.returncode == (result.score < result.points)
    assert all(case.verdict is not Verdict.UNGRADED for case in result.cases)
