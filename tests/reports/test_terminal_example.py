"""Counterexamples on a terminal, by value."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
from reports import samples
from rich.console import Console

from grader.insight import Counterexample
from grader.reports.ink import Ink
from grader.reports.terminal_example import example


def shown(found: Counterexample | None, encoding: str = "utf-8") -> str:
    assert found is not None
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding=encoding, newline="\n")
    console = Console(file=file, width=70)
    for part in example(found, Ink.of(console)):
        console.print(part, markup=False, highlight=False)
    file.flush()
    return "\n".join(line.rstrip() for line in raw.getvalue().decode(encoding).split("\n"))


def test_inputs_expected_and_got_with_the_wrong_entries_marked() -> None:
    assert shown(samples.unexplained().counterexample) == (
        "4 of 4 values of `output` differ\n"
        "Q = [[1, 0]\n"
        "     [0, 1]]\n"
        "n = 2\n"
        "output = self_attention(Q, K, V)\n"
        "expected = [[0.67, 0.33]\n"
        "            [0.33, 0.67]]\n"
        "got = [[1*, 0*]\n"
        "       [0*, 1*]]\n"
        "To see it yourself, run this:\n"
    )


def test_arrays_of_other_shapes_and_kinds() -> None:
    found = samples.unexplained().counterexample
    assert found is not None
    odd = replace(
        found,
        inputs={
            "a": np.arange(8.0).reshape(2, 2, 2) / 3,
            "b": np.array(True),
            "c": np.zeros((0, 3)),
            "d": np.zeros(99),
        },
        expected={"output": np.array([1.0, 2.0])},
        got={"output": np.array([[1.0, np.nan]])},
    )
    text = shown(odd)
    assert "a = [[[     0, 0.3333]\n      [0.6667,      1]]\n     [[ 1.333,  1.667]\n      [     2,  2.333]]]" in text
    assert "b = True\nc = an empty array of shape (0, 3)\nd = an array of shape (99,)" in text
    assert "expected = [1, 2]\ngot = [[  1, nan]]" in text  # another shape: no entry can be compared


def test_marks_are_there_in_ascii_too_and_nothing_came_is_no_error() -> None:
    found = samples.unexplained().counterexample
    assert found is not None
    assert "got = [[1" in shown(found, "ascii")
    assert "got" not in shown(replace(found, got={}, reproducer=""))
