"""The GitHub action: its steps are run here as the runner runs them, in a student's repository."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import stat
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from actions_runner import Done, commands, outputs, run
from specs import closed

from grader.kit_making import kit

pytestmark = pytest.mark.unmeasured

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "submissions" / "self_attention"
PUSH = {"GITHUB_EVENT_NAME": "push", "GITHUB_REF": "refs/heads/main"}
FORK = {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_HEAD_REF": "patch-1", "GITHUB_REF": "refs/pull/1/merge"}
"""A pull request from a fork: there are no secrets, and nothing that we use needs one."""
GRADER = Path(sys.executable).parent / "grader"
SHADOWS = ("pip", "venv", "typing", "grader", "site", "encodings")
"""Modules that Python would take from the current folder if it looked there."""

HOSTILE = """
import numpy as np
LINES = (
    "::set-output name=score::10", "##[set-output name=score;]10", " ::error file=x.py::forged", "::add-mask::1",
    "::stop-commands::", "::endgroup::", "score=10", "::notice::forged",
)
print("\\n".join(LINES) + "\\r" + "\\r".join(LINES))
def compute_qkv(X, W_q, W_k, W_v):
    raise ValueError("\\n" + "\\n".join(LINES) + "</details> | @everyone ``` <script>")
"""


@dataclass(frozen=True)
class Installed:
    """A runner on which the action's own step has installed the grader."""

    temp: Path
    path: str

    def grade(self, workspace: Path, environment: Mapping[str, str] = PUSH, /, **inputs: str) -> Done:
        """Run all that comes after the installation."""
        named = {name.replace("_", "-"): value for name, value in inputs.items()}
        given = {"PATH": self.path, "COLUMNS": "100", **environment}
        return run(ROOT, named, workspace, self.temp, given, skip="Install the grader")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The action's installation, offline: what the grader needs is there already, the grader itself is built."""
    base = tmp_path_factory.mktemp("runner")
    for name in ("bin", "temp", "workspace"):
        (base / name).mkdir()
    for name in SHADOWS:
        (base / "workspace" / f"{name}.py").write_text(f"open({str(base / 'imported')!r}, 'w')\n")
    python = base / "bin" / "python"
    packages = sysconfig.get_path("purelib")
    python.write_text(
        f'#!/bin/bash\nset -e\n{shlex.quote(sys.executable)} "$@"\n'
        f'echo {shlex.quote(packages)} > "$(echo "${{!#}}"/lib/python*/site-packages)/offline.pth"\n'
    )
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    path = f"{base / 'bin'}:{os.environ['PATH']}"
    offline = {"PATH": path, "PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0"}
    done = run(ROOT, {}, base / "workspace", base / "temp", offline, only="Install the grader")
    assert done.code == 0, done.log
    assert list((base / "temp" / "grader").glob("lib/python*/site-packages/grader/cli.py"))  # no link to the checkout
    assert not (base / "imported").exists()
    return Installed(base / "temp", path)


def repository(folder: Path, submission: bytes, name: str = "my attention.py") -> Path:
    """A student's repository: the file among what such repositories hold."""
    for path, text in {
        "README.md": "# Attention\n",
        ".github/workflows/grade.yml": "on: push\n",
        ".git/config": "[core]\n",
        "tests/test_mine.py": "def test_nothing():\n    assert True\n",
        "setup.py": "raise SystemExit('not for you')\n",
        ".venv/lib/attention.py": "def self_attention(Q, K, V): raise ValueError\n",
        **{f"{module}.py": "open('imported', 'w')\n" for module in SHADOWS},
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    (folder / name).write_bytes(submission)
    return folder


def test_all_points(installed: Installed, tmp_path: Path) -> None:
    workspace = repository(tmp_path, (SAMPLE / "stable_softmax_einsum.py").read_bytes())
    done = installed.grade(workspace)
    assert done.code == 0, done.log
    junit = done.outputs.pop("results-path")
    assert done.outputs == {"score": "10", "max-score": "10"}
    assert done.annotations("error") == []
    assert done.summary.startswith("## Self-Attention Mechanism: 10 of 10 points\n")
    assert "10 of 10 points" in done.log
    assert [suite.get("failures") for suite in ElementTree.parse(junit).getroot()] == ["0"]
    setup, upload = done.used
    assert setup == ("actions/setup-python@v6", {"python-version": "3.12"})
    assert upload[1] == {"name": "grader-results", "path": junit, "overwrite": "true"}
    assert not (workspace / "imported").exists()


@pytest.mark.parametrize("event", [PUSH, FORK], ids=["push", "fork"])
def test_a_wrong_file(installed: Installed, tmp_path: Path, event: dict[str, str]) -> None:
    done = installed.grade(repository(tmp_path, (SAMPLE / "no_scale.py").read_bytes()), event)
    assert done.code == 1
    assert (done.outputs["score"], done.outputs["max-score"]) == ("1", "10")
    first, *others = done.annotations("error")
    line = 1 + (SAMPLE / "no_scale.py").read_text().split("\n").index("def self_attention(Q, K, V):")
    assert first.properties["title"] == "Likely cause: the scores are not scaled"
    assert {(c.properties["file"], c.properties["line"]) for c in (first, *others)} == {("my attention.py", str(line))}
    assert others
    assert "**Likely cause: the scores are not scaled.**" in done.summary
    assert len(done.used) == 2  # the results of a wrong file are kept, too


def test_enough_points_and_no_artifact(installed: Installed, tmp_path: Path) -> None:
    workspace = repository(tmp_path, (SAMPLE / "no_scale.py").read_bytes())
    done = installed.grade(
        workspace, fail_under="1", assignment="self_attention", path="./my attention.py", artifact=""
    )
    assert (done.code, done.outputs["score"], len(done.used)) == (0, "1", 1)


def test_a_syntax_error_is_marked_where_it_is(installed: Installed, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a,b:c%0A.py").write_bytes((SAMPLE / "syntax_error.py").read_bytes())
    done = installed.grade(tmp_path, assignment="self_attention")
    assert (done.code, done.outputs["score"]) == (1, "0")
    (only,) = done.annotations("error")
    assert (only.properties["file"], only.properties["line"]) == ("src/a,b:c%0A.py", "11")


def test_a_hostile_file_says_nothing_to_the_runner(installed: Installed, tmp_path: Path) -> None:
    name = "a,b::error ::\n::set-output name=score::10\n##[set-output name=score;]10.py"
    (tmp_path / name).write_text(HOSTILE)
    done = installed.grade(tmp_path, path=name, assignment="self_attention")
    assert done.code == 1
    assert done.outputs["score"] == "0"
    assert set(done.outputs) == {"score", "max-score", "results-path"}
    assert {command.name for command in done.commands} <= {"error", "notice", "group", "endgroup"}
    assert [command.name for command in done.commands].count("endgroup") == 1
    assert "::set-output" in done.log  # it was there to be read
    assert {c.properties.get("file") for c in done.annotations("error")} == {name}
    assert "<script>" in done.summary  # in code: tests/reports/test_markdown.py


def test_a_hostile_name_in_an_error(installed: Installed, tmp_path: Path) -> None:
    name = "##[set-output name=score;]10\n::set-output name=score::10\n.py"
    (tmp_path / name).write_text("x = 1\n")
    done = installed.grade(tmp_path, path=name)
    assert (done.code, done.outputs["score"]) == (2, "")
    assert [command.name for command in done.commands] == ["error"]


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"path": "nowhere.py"}, "nowhere.py: there is no such file or folder"),
        ({"path": "$(touch ran)`touch ran`"}, "there is no such file or folder"),
        ({"assignment": '"; touch ran; "'}, "there is no assignment"),
    ],
)
def test_what_cannot_be_graded_is_said_where_people_look(
    installed: Installed, tmp_path: Path, inputs: dict[str, str], words: str
) -> None:
    workspace = repository(tmp_path, (SAMPLE / "no_scale.py").read_bytes())
    done = installed.grade(workspace, **inputs)
    assert (done.code, done.outputs["score"]) == (2, "")
    (only,) = done.annotations()
    assert words in only.data
    assert words in done.summary
    assert len(done.used) == 1  # there is no artifact to keep
    assert not (workspace / "ran").exists()


def test_specs_of_the_repository(installed: Installed, tmp_path: Path) -> None:
    workspace = repository(tmp_path, (SAMPLE / "stable_softmax_einsum.py").read_bytes())
    for folder in ("test_specs", "reference"):
        shutil.copytree(ROOT / folder, workspace / ".specs" / folder)
    done = installed.grade(workspace, specs=".specs/test_specs", assignment="self_attention")
    assert (done.code, done.outputs["score"]) == (0, "10"), done.log


def test_a_kit_in_the_repository(installed: Installed, tmp_path: Path) -> None:
    workspace = repository(tmp_path / "workspace", (SAMPLE / "stable_softmax_einsum.py").read_bytes())
    specs = closed(tmp_path, "self_attention")
    kit("self_attention", workspace / "kit", None, specs, False)
    done = installed.grade(workspace, specs="kit", assignment="self_attention")
    assert (done.code, done.outputs["score"], done.outputs["max-score"]) == (0, "7", "7"), done.log
    assert "public points: 7 of 7; 3 more are hidden" in done.log
    assert done.summary.startswith("## Self-Attention Mechanism: public points: 7 of 7; 3 more are hidden")


# --- the runner that is played here --------------------------------------------------------------


def test_the_runner_carries_out_what_it_would() -> None:
    said = "  ::error file=a%2Cb.py,line=2::x%0Ay%25\n::stop-commands::t\n::error::no\n##[error]no\n::t::\n"
    said += "a ##[error]old\n"
    found = commands(said + "::nonsense::x\n: :error::x\nerror::x")
    assert [(c.name, c.data) for c in found] == [("error", "x\ny%"), ("error", "old")]
    assert found[0].properties == {"file": "a,b.py", "line": "2"}
    assert outputs("a=1\nb<<E\nx\na=2\nE\n") == {"a": "1", "b": "x\na=2"}


# --- files that others read ------------------------------------------------------------------------

TEMPLATES = ROOT / "docs" / "templates"
WORKFLOWS = ("student-workflow.yml", "student-workflow-hidden.yml", "instructor-workflow.yml")


def test_the_action_needs_no_secret_and_pins_what_it_uses() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    assert "secrets." not in text
    assert "github.token" not in text
    described = yaml.safe_load(text)
    assert described["runs"]["using"] == "composite"
    for step in described["runs"]["steps"]:
        assert ("uses" in step) != ("run" in step)
        assert "run" not in step or step["shell"] == "bash"
        assert "uses" not in step or step["uses"].split("@v")[1].isdecimal()


@pytest.mark.parametrize("name", WORKFLOWS)
def test_workflows_ask_for_little_and_give_the_action_what_it_takes(name: str) -> None:
    workflow = yaml.safe_load((TEMPLATES / name).read_text(encoding="utf-8"))
    inputs = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["inputs"]
    triggers = workflow[True]  # YAML 1.1 takes `on` for a truth value
    assert "pull_request_target" not in triggers
    assert workflow["permissions"] == {"contents": "read"}
    (job,) = workflow["jobs"].values()
    for step in job["steps"]:
        assert "${{" not in step.get("run", "")
        subprocess.run(["bash", "-n", "-c", step.get("run", "")], check=True)
        if "attention-grader" in step.get("uses", ""):
            assert set(step.get("with", {})) <= set(inputs)


def test_a_repository_that_cannot_be_fetched_fails_the_job_after_the_others_are_graded(tmp_path: Path) -> None:
    workflow = yaml.safe_load((TEMPLATES / "instructor-workflow.yml").read_text(encoding="utf-8"))
    steps = {step.get("name"): step for step in workflow["jobs"]["grade"]["steps"]}
    tools = tmp_path / "tools"
    tools.mkdir()
    clone = f'#!{shutil.which("bash")}\nmkdir "$6"\necho "::error::$GIT_LFS_SKIP_SMUDGE"\n[[ "$5" != */gone ]]\n'
    for name, text in (("git", clone), ("gh", "#!/bin/sh\n"), ("python", f'#!/bin/sh\nexec {sys.executable} "$@"\n')):
        (tools / name).write_text(text, encoding="utf-8")
        (tools / name).chmod(0o755)
    fetch, last = steps["Get the submissions"], steps["Fail where a repository could not be fetched"]
    known = {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "REPOSITORIES": "a/work b/work c/gone"}

    def ran(step: dict[str, Any]) -> subprocess.CompletedProcess[str]:
        command = ["bash", "-e", "-c", step["run"]]
        env = step.get("env", {}) | known
        return subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)

    done = ran(fetch)
    assert (done.returncode, commands(done.stdout)) == (0, []), done.stderr
    assert "::error::1\n" in done.stdout
    assert sorted(path.name for path in (tmp_path / "submissions").iterdir()) == ["a__work", "b__work"]
    failed = ran(last)
    assert failed.returncode == 1
    assert [c.data for c in commands(failed.stdout)] == ["Could not be fetched: c/gone "]
    (tmp_path / "not-fetched.txt").unlink()
    assert ran(last).returncode == 0


def test_the_gitlab_template_does_what_it_says(tmp_path: Path) -> None:
    template = yaml.safe_load((TEMPLATES / "gitlab-ci.yml").read_text(encoding="utf-8"))
    job = template["grade"]
    assert set(job) <= {"stage", "image", "script", "artifacts", "rules"}
    assert job["artifacts"]["when"] == "always"
    reports = job["artifacts"]["reports"]
    workspace = repository(tmp_path, (SAMPLE / "no_scale.py").read_bytes())
    script = job["script"][-1].replace("/tmp/grader/bin/grader", shlex.quote(str(GRADER)))
    environment = {**os.environ, **template["variables"], "CI_PROJECT_DIR": str(workspace)}
    done = subprocess.run(
        ["bash", "-c", script], cwd=workspace, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 1, done.stderr
    assert "1 of 10 points" in done.stderr  # the job's log
    assert ElementTree.parse(workspace / reports["junit"]).getroot().get("failures") != "0"
    issues = json.loads((workspace / reports["codequality"]).read_text(encoding="utf-8"))
    assert {issue["location"]["path"] for issue in issues} == {"my attention.py"}
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)


def test_the_hook_runs_a_script_that_is_installed(tmp_path: Path) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert (hook["id"], hook["stages"], hook["language"]) == ("grader-check", ["pre-push"], "python")
    assert hook["pass_filenames"] is False
    script, *arguments = shlex.split(hook["entry"])
    assert script in (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("[project.scripts]")[2]
    workspace = repository(tmp_path, (SAMPLE / "no_scale.py").read_bytes())
    done = subprocess.run(
        [GRADER.with_name(script), *arguments, "--assignment=self_attention"],
        cwd=workspace,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, "1 of 10 points" in done.stdout) == (1, True), done.stderr
