"""What cases are worth, by value: rows of the kill matrix in, rows of cases out."""

from __future__ import annotations

from fractions import Fraction

import pytest
from fakes import exam as made

from grader.exam import Exam
from grader.kill_matrix import Automatic, CaseRow, Row
from grader.model import CaseResult, Verdict
from grader.worth import case_rows, dominating, spare

SPEC = """\
assignment: attention
title: Attention
points: 10
reference: reference/attention.py
functions:
  f: {parameters: [X], returns: [y]}
  g: {parameters: [X], returns: [y]}
steps: [y = f(X)]
draw: {sizes: {n: 4}}
given: {X: {normal: [n, n]}}
groups:
  - {id: drawn, points: 4, expect: reference, draw: {count: 2, sizes: {n: 4}}}
  - {id: small, points: 2, expect: reference, draw: {sizes: {n: 1}}}
  - {id: other, points: 2, steps: [y = g(X)], expect: reference}
  - {id: both, points: 2, award: all, checks: [deterministic, inputs_unchanged]}
"""
CASES = ("drawn.1", "drawn.2", "small.1", "other.1", "both.deterministic", "both.inputs_unchanged")


@pytest.fixture(scope="module")
def exam() -> Exam:
    return made(SPEC, {"f": lambda X: X + 1, "g": lambda X: X - 1})


def row(*loses: str) -> Row:
    return Row("m", 0, "drawn", True, loses, 0.0, ("m",))


def rows_of(exam: Exam, rows: list[Row], flawed: dict[str, list[str]], *automatic: Automatic) -> dict[str, CaseRow]:
    worth = {"drawn": 2, "small": 2, "other": 2, "both": 1}
    points = {case: Fraction(worth[case.partition(".")[0]]) for case in CASES}
    results = [CaseResult(case, Verdict.PASSED, worth, worth) for case, worth in points.items()]
    return {found.id: found for found in case_rows(exam, results, rows, automatic, flawed)}


ROWS = [row("drawn.1", "drawn.2", "small.1", "both.deterministic"), row("drawn.1", "drawn.2", "both.inputs_unchanged")]


def test_a_case_is_judged_by_what_its_functions_can_show(exam: Exam) -> None:
    found = rows_of(exam, [*ROWS, row("other.1"), row("drawn.1")], {})
    assert {name: (case.kills, case.shows) for name, case in found.items()} == {
        "drawn.1": (3, 3),
        "drawn.2": (2, 3),
        "small.1": (1, 3),
        "other.1": (1, 1),
        "both.deterministic": (1, 3),
        "both.inputs_unchanged": (1, 3),
    }
    assert found["small.1"].degenerate == ("2 of 3 known mistakes pass",)
    assert {name for name, case in found.items() if case.degenerate} == {"small.1"}  # `both` is judged as a whole


def test_a_size_of_one_counts_where_it_hides_something(exam: Exam) -> None:
    assert rows_of(exam, ROWS, {})["small.1"].degenerate == ("its size `n` is 1, and 1 of 2 known mistakes pass",)
    everything = [row("drawn.1", "drawn.2", "small.1")]
    assert rows_of(exam, everything, {})["small.1"].degenerate == ()


def test_flaws_of_inputs_count(exam: Exam) -> None:
    found = rows_of(exam, ROWS, {"drawn.1": ["hides it"], "both.deterministic": ["hides it"]})
    assert found["drawn.1"].degenerate == ("hides it",)
    assert found["drawn.2"].degenerate == ()
    assert found["both.deterministic"].degenerate == ()  # the other case of the group has none


def test_what_is_there_for_something(exam: Exam) -> None:
    alone = Automatic(3, "x", ("other.1",), 8.0, survives=False)
    found = rows_of(exam, ROWS, {}, alone)
    assert {name for name, case in found.items() if case.needed} == {"other.1"}
    assert spare(exam, list(found.values())) == ["drawn", "small", "both"]
    found = rows_of(exam, [*ROWS, row("drawn.1", "drawn.2")], {}, alone)
    assert spare(exam, list(found.values())) == ["small", "both"]


def test_cases_that_measure_little_may_not_carry_the_points(exam: Exam) -> None:
    rows = list(rows_of(exam, ROWS, {"drawn.1": ["hides it"]}).values())
    assert list(dominating(rows, 10.0)) == []  # 4 of 10
    (sentence,) = dominating(rows, 9.0)
    assert sentence == (
        "4 of 9 points are for cases that measure little (at most 3.6 should be): `drawn` (hides it), "
        "`small` (its size `n` is 1, and 1 of 2 known mistakes pass)"
    )
