"""A self-check of an assignment with hidden groups: what was not run is in no report, neither right nor wrong."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from fakes import FakeRunner, exam, session, submission
from rich.console import Console

from grader import judge
from grader.model import Result
from grader.reports import feedback_page, jsonl, junit, markdown, terminal

SPEC = """
assignment: doubling
title: Doubling
points: 10
reference: reference/doubling.py
functions: {double: {parameters: [x], returns: [y]}}
seed: 1
given: {x: {normal: [n]}}
draw: {count: 2, sizes: {n: 3}}
steps: ["y = double(x)"]
groups:
  - {id: seen, title: In the open, points: 2, expect: reference}
  - {id: vault, title: Behind doors, points: 7, visibility: hidden, expect: reference}
  - {id: attic, title: Under the roof, points: 1, visibility: hidden, expect: reference}
"""
EXAM = replace(exam(SPEC, {"double": lambda x: 2 * x}), scope="public")


def checked(factor: float) -> Result:
    """What a self-check finds of `factor * x`."""
    return judge.grade(submission(), EXAM, FakeRunner({None: session({"double": lambda x: factor * x})})).result


def text(result: Result) -> str:
    file = io.StringIO()
    terminal.show(result, Console(file=file, width=90), hidden_points=result.hidden_points)
    return file.getvalue()


REPORTS: list[Callable[[Result], str]] = [text, markdown.document, feedback_page.page, feedback_page.fragment]


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("factor", [2, 3])
def test_hidden_groups_are_not_shown_as_right(report: Callable[[Result], str], factor: float) -> None:
    shown = report(checked(factor))
    assert factor == 2 or "In the open" in shown  # a page needs no list of groups that are all right
    assert "Behind doors" not in shown
    assert "Under the roof" not in shown
    assert "8 more are hidden" in shown


def test_nor_in_what_machines_read() -> None:
    result = json.loads(jsonl.to_json(checked(2)))
    assert [(group["id"], group["earned"], group["possible"]) for group in result["groups"]] == [("seen", 2.0, 2.0)]
    assert (result["scope"], result["points"]) == ("public", 2.0)
    assert b"vault" not in junit.suite_xml([checked(2)], combined=False)


def test_with_all_cases_they_are_there() -> None:
    runner = FakeRunner({None: session({"double": lambda x: 2 * x})})
    result = judge.grade(submission(), replace(EXAM, scope="all"), runner).result
    assert [group.id for group in result.groups] == ["seen", "vault", "attic"]
