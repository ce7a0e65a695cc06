"""Submissions for self_attention put together from parts, and what a student reads of them after real grading."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Mapping

from grader.assignments import load_assignment
from grader.exam import Exam, prepare
from grader.model import Result, SourceFile, Submission, Verdict
from grader.runner import LocalRunner
from grader.slot import grade_one

NUMPY = "import numpy as np\n\n"
QKV = "def compute_qkv(X, W_q, W_k, W_v):\n    return X @ W_q, X @ W_k, X @ W_v\n\n"
ATTENTION = """\
def self_attention(Q, K, V):
    scores = Q @ K.T / np.sqrt(K.shape[-1])
    weights = np.exp(scores)
    weights = weights / weights.sum(axis=-1, keepdims=True)
    return weights @ V
"""
"""As the published solution has it: without the row's maximum subtracted."""
RIGHT = NUMPY + QKV + ATTENTION

Grade = Callable[[str | bytes | Mapping[str, str | bytes]], Result]


def body(*lines: str, head: str = NUMPY + QKV) -> str:
    """A file whose `self_attention` holds these lines; they begin in line 7."""
    return head + "def self_attention(Q, K, V):\n" + textwrap.indent("\n".join(lines), "    ") + "\n"


def changed(old: str, new: str, source: str = RIGHT) -> str:
    """The right file with one place of it changed."""
    assert source.count(old) == 1, old
    return source.replace(old, new)


def notebook(*sources: str) -> bytes:
    """A notebook of code cells."""
    cells = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": source} for source in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def handed_in(files: str | bytes | Mapping[str, str | bytes]) -> Submission:
    """A submission of some files, or of one, `mine.py`."""
    named = files if isinstance(files, Mapping) else {"mine.py": files}
    data = {name: text if isinstance(text, bytes) else text.encode() for name, text in named.items()}
    return Submission("s", "s", "s", tuple(SourceFile(name, text) for name, text in data.items()), "0" * 64)


def graded_by(runner: LocalRunner) -> Grade:
    """A way to grade submissions, in real workers of one runner."""
    exam: Exam = prepare(load_assignment("self_attention", None), None, "all", runner)
    return lambda files: grade_one(handed_in(files), exam, runner).result


def lost(result: Result) -> list[str]:
    """The messages of the cases that are not right, advice left out; each once."""
    advice = {group.id for group in result.groups if not group.possible}
    wrong = (case for case in result.cases if case.verdict is not Verdict.PASSED)
    return list(dict.fromkeys(case.message for case in wrong if case.id.partition(".")[0] not in advice))


def advice(result: Result) -> list[str]:
    """The messages of the cases that are worth no points."""
    worthless = {group.id for group in result.groups if not group.possible}
    wrong = (case for case in result.cases if case.verdict is not Verdict.PASSED)
    return list(dict.fromkeys(case.message for case in wrong if case.id.partition(".")[0] in worthless))
