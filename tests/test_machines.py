"""The templates for several machines: each is run here as its machine would run it, and all of them join."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from doubling import SCORES, Course, graded_once, results, runner, scores

__all__ = ["graded_once", "runner"]  # fixtures

pytestmark = [
    pytest.mark.unmeasured,
    pytest.mark.skipif(shutil.which("bash") is None, reason="the templates are for bash"),
]

TEMPLATES = Path(__file__).parent.parent / "docs" / "templates"
PARTS = 3
"""One for each kind of machine."""


def loaded(name: str) -> dict[Any, Any]:
    found: dict[Any, Any] = yaml.safe_load((TEMPLATES / name).read_text(encoding="utf-8"))
    return found


def step(job: Mapping[str, Any], name: str) -> str:
    return str(next(step["run"] for step in job["steps"] if step.get("name") == name))


@pytest.fixture(scope="module")
def here(graded_once: Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the templates want it, graded in parts by all of them."""
    here = tmp_path_factory.mktemp("machines")
    shutil.copytree(graded_once.specs, here / "test_specs")
    shutil.copytree(graded_once.here / "reference", here / "reference")
    shutil.copytree(graded_once.folder, here / "class")
    tools = here / "tools"
    tools.mkdir()
    for name, words in (("grader", "-m grader "), ("python", "")):
        (tools / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {words}"$@"\n', encoding="utf-8")
        (tools / name).chmod(0o755)
    job = loaded("kubernetes-grade.yaml")["spec"]
    told = job["template"]["spec"]["containers"][0]["args"][0].replace("/class/submissions.zip", "class")
    told = re.sub(r"(?<!\w)/(results|scratch)\b(?!\.)", rf"{here}/\1", told)
    ran(here, "bash", str(TEMPLATES / "slurm-grade.sh"), SLURM_ARRAY_TASK_ID="1", SLURM_CPUS_PER_TASK="2")
    ran(here, *BASH, told, JOB_COMPLETION_INDEX="1")
    ran(here, *BASH, step(loaded("matrix-workflow.yml")["jobs"]["grade"], "Grade"), PART="3", SUBMISSIONS="class")
    return here


BASH = ("bash", "-euo", "pipefail", "-c")


def ran(here: Path, *words: str, **environment: str) -> str:
    """What it said; it must succeed."""
    known = {"ASSIGNMENT": "doubling", "CLASS": "class", "RESULTS": str(here / "results"), "PARTS": str(PARTS)}
    path = f"{here / 'tools'}{os.pathsep}{os.environ['PATH']}"
    environ = {**os.environ, **known, "PATH": path, "TMPDIR": str(here), **environment}
    done = subprocess.run(words, cwd=here, env=environ, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_parts_of_all_machines_join(here: Path) -> None:
    (here / "results" / "part_3").mkdir()
    shutil.copy(here / "part_3" / "results.db", here / "results" / "part_3")
    ran(here, "bash", str(TEMPLATES / "slurm-merge.sh"))
    assert scores(here / "results" / "class") == SCORES
    for part in (1, 2):
        shutil.copytree(here / "results" / f"part_{part}", here / f"part_{part}")
    ran(here, *BASH, step(loaded("matrix-workflow.yml")["jobs"]["merge"], "Join the parts"))
    assert results(here / "reports") == results(here / "results" / "class")
    assert not list(here.glob("tmp*"))  # nodes are left clean


def test_a_task_of_slurm_that_is_submitted_again_goes_on(here: Path) -> None:
    told = ran(here, "bash", str(TEMPLATES / "slurm-grade.sh"), SLURM_ARRAY_TASK_ID="1")
    assert "of them are graded already" in told


def test_numbers_of_parts_agree() -> None:
    job = loaded("kubernetes-grade.yaml")["spec"]
    (container,) = job["template"]["spec"]["containers"]
    told = {entry["name"]: entry["value"] for entry in container["env"]}
    assert (job["completionMode"], job["completions"]) == ("Indexed", int(told["PARTS"]))
    mounted = {mount["name"] for mount in container["volumeMounts"]}
    assert mounted == {volume["name"] for volume in job["template"]["spec"]["volumes"]}
    workflow = loaded("matrix-workflow.yml")
    parts = workflow["jobs"]["grade"]["strategy"]["matrix"]["part"]
    assert parts == list(range(1, workflow["env"]["PARTS"] + 1))
    slurm = (TEMPLATES / "slurm-grade.sh").read_text(encoding="utf-8")
    assert "--array=1-8\n" in slurm
    assert "${PARTS:-8}" in slurm


def test_the_matrix_gives_nothing_of_a_person_s_to_a_shell() -> None:
    workflow = loaded("matrix-workflow.yml")
    assert workflow["permissions"] == {"contents": "read"}
    assert set(workflow[True]) == {"workflow_dispatch"}  # YAML 1.1 takes `on` for a truth value
    for job in workflow["jobs"].values():
        assert "${{" not in json.dumps([step.get("run", "") for step in job["steps"]])
