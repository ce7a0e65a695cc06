"""Counterexamples on a terminal, by value."""

from __future__ import annotations

import io
from collections.abc import Mapping
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


def observed(expected: Mapping[str, object], got: Mapping[str, object]) -> str:
    """What is printed below the call, of a counterexample with these values."""
    found = samples.unexplained().counterexample
    assert found is not None
    arrays = [{name: np.asarray(value) for name, value in each.items()} for each in (expected, got)]
    text = shown(replace(found, expected=arrays[0], got=arrays[1], reproducer=""))
    return text.partition("self_attention(Q, K, V)\n")[2]


def test_of_several_values_those_that_differ_are_named_and_shown() -> None:
    right = {"Q": [1.0, 2.0], "K": [3.0, 4.0], "V": [5.0, 6.0]}
    assert observed(right, right | {"K": [3.0, 0.0]}) == (
        "K: expected = [3, 4]\nK: got = [ 3, 0*]\nQ and V are right\n"
    )
    assert observed(right, right | {"K": [3.0], "V": [0.0, 6.0]}) == (
        "K: expected = [3, 4]\nK: got = [3]\nV: expected = [5, 6]\nV: got = [0*,  6]\nQ is right\n"
    )
    assert observed({"Q": [1.0], "K": [2.0]}, {}) == "Q: expected = [1]\nK: expected = [2]\n"


def test_values_that_are_right_but_for_their_kind_are_all_shown() -> None:
    assert observed({"Q": [1.0], "K": [2.0]}, {"Q": [1], "K": [2]}).count("got") == 2


def test_numbers_that_differ_never_look_alike() -> None:
    half = np.array([-0.49, 0.5], np.float16)
    assert observed({"y": [-0.49, 0.5]}, {"y": half}) == "expected = [-0.49,   0.5]\ngot = [-0.48999*,       0.5]\n"
    assert observed({"y": 0.12341}, {"y": 0.12344}) == "expected = 0.12341\ngot = 0.12344\n"


def test_where_nothing_can_be_compared_there_are_only_the_message_and_the_lines() -> None:
    found = samples.unexplained().counterexample
    assert found is not None
    assert shown(replace(found, expected={}, got={})) == f"{found.message}\nTo see it yourself, run this:\n"
