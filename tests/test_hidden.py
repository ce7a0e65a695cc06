"""Nothing of a hidden case reaches what a student is shown, not even through the submission's own memory."""

from __future__ import annotations

import pytest

from grader import slot
from grader.exam import Exam, prepare
from grader.model import SourceFile, Submission, Verdict
from grader.reports.feedback_page import page
from grader.reports.jsonl import to_json
from grader.reports.reading import for_student
from grader.runner import LocalRunner
from grader.spec_loader import load_spec

SPEC = """
assignment: doubling
title: Doubling
points: 4
reference: reference/doubling.py
functions: {double: {parameters: [x], returns: [y]}}
steps: ["y = double(x)"]
groups:
  - {id: early, points: 1, given: {x: {normal: [2]}}, expect: reference}
  - {id: secret, points: 2, visibility: hidden, cases: [{id: zebra, given: {x: [7.7315, 1.2468]}}], expect: reference}
  - {id: open, points: 1, given: {x: {normal: [3]}}, expect: reference}
"""
HEAD = "import numpy as np\nseen = []\ndef double(x):\n    seen.append(x.copy())\n"
CARRIES = {
    "in an exception": "    if len(x) == 3: raise ValueError(f'seen {seen}')\n    return 2 * x\n",
    "in a value": "    return seen[-2][:1].repeat(3) if len(seen) > 1 and len(x) == 3 else 2 * x\n",
    "in what it prints": "    print(seen)\n    return 2 * x if len(x) == 2 else x\n",
    "at its end": "    if len(x) == 3: raise SystemExit(str(seen))\n    return 2 * x\n",
}


@pytest.fixture(scope="module")
def secretive(tmp_path_factory: pytest.TempPathFactory) -> Exam:
    folder = tmp_path_factory.mktemp("course")
    for name in ("test_specs", "reference"):
        (folder / name).mkdir()
    (folder / "reference/doubling.py").write_text("def double(x):\n    return 2 * x\n", encoding="utf-8")
    path = folder / "test_specs/doubling.yaml"
    path.write_text(SPEC, encoding="utf-8")
    with LocalRunner() as runner:
        return prepare(load_spec(path), None, "all", runner)


@pytest.mark.parametrize("how", CARRIES)
def test_what_a_submission_keeps_of_a_hidden_case_comes_to_nothing(secretive: Exam, how: str) -> None:
    data = (HEAD + CARRIES[how]).encode()
    submission = Submission("mine.py", "mine", "mine.py", (SourceFile("mine.py", data),), "0" * 64)
    with LocalRunner() as runner:
        result = slot.grade_one(submission, secretive, runner, searching=True).result
    assert result.score < 4
    shown = for_student(result)
    secrets = [case for case in result.cases if case.visibility == "hidden"]
    assert secrets[0].verdict is not Verdict.UNGRADED
    for told in (to_json(shown), page(result)):
        assert not any(number in told for number in ("7.73", "15.46", "1.24", "2.49"))
