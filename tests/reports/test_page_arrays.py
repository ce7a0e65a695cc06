import re
from dataclasses import replace

import numpy as np
import pytest
from reports.pages import counterexample, picture

from grader.reports.page_arrays import DARK, LIGHT, example, heat
from grader.reports.page_text import Room


def test_a_counterexample_by_value() -> None:
    found = example(counterexample(), Room())
    assert found.steps == "Q, K, V = compute_qkv(X, W_q, W_k, W_v)\noutput = self_attention(Q, K, V)"
    assert [(named.name, named.shape, named.scalar) for named in found.inputs] == [
        ("X", "2 × 2", ""),
        ("W_q", "2 × 2", ""),
        ("heads", "", "2"),
    ]
    assert found.inputs[1].tables[0].rows == ((("1", False), ("−1", False)), (("0", False), ("1", False)))
    assert found.expected[0].tables[0].rows[1] == (("1", False), ("2", False))
    assert found.got[0].tables[0].rows == ((("0.5", False), ("0.25", False)), (("1", False), ("3", True)))


def test_entries_that_differ_by_little_are_shown_with_the_digits_that_tell() -> None:
    found = example(counterexample(got={"output": np.array([[0.5, 0.25], [1.0, 2.0001]])}), Room())
    assert found.got[0].tables[0].rows[1] == (("1", False), ("2.0001", True))


def test_of_another_shape_nothing_is_marked() -> None:
    found = example(counterexample(got={"output": np.array([7.0, 8.0])}), Room())
    assert found.got[0].shape == "2 numbers"
    assert found.got[0].tables[0].rows == ((("7", False), ("8", False)),)


def test_what_nobody_expected_is_shown_unmarked() -> None:
    found = example(counterexample(got={"other": np.array(1.5), "none": np.zeros((0, 2))}), Room())
    assert [(named.name, named.scalar, named.tables) for named in found.got] == [
        ("other", "1.5", ()),
        ("none", "no entries", ()),
    ]


def test_of_a_stack_two_matrices_are_shown_and_those_that_differ() -> None:
    expected = np.zeros((2, 3, 2, 2))
    got = expected.copy()
    got[1, 2, 0, 1] = 5
    found = example(counterexample(expected={"output": expected}, got={"output": got}), Room())
    assert [table.at for table in found.got[0].tables] == ["[0, 0]", "[1, 2]"]
    assert found.got[0].tables[1].rows[0] == (("0", False), ("5", True))


def test_of_a_large_matrix_the_beginning() -> None:
    found = example(counterexample(inputs={"X": np.zeros((20, 3))}), Room())
    (table,) = found.inputs[0].tables
    assert (len(table.rows), table.columns, table.left_out) == (8, range(3), "the first 8 × 3 of 20 × 3")


# --- heat maps ---------------------------------------------------------------------------------


def test_a_heat_map_by_value() -> None:
    found = heat(picture(), Room())
    assert (found.title, found.rows, found.columns) == ("Attention weights", "queries", "keys")
    assert (found.low, found.high, found.is_marked) == ("0.000", "0.900", True)
    assert found.description == "2 of 4 entries differ, most in row 0, column 0: 0.9 instead of 0.25."
    yours, right = found.panels
    assert [panel.label for panel in found.panels] == ["yours", "expected"]
    assert re.findall(">([0-9.]+)<", yours.cells) == ["0.900", "0.100", "0.500", "0.500"]
    assert yours.cells.count("stroke=") == 2
    assert right.cells.count("stroke=") == 0
    assert (yours.width, yours.height) == (40 + 2 * 48 + 2, 40 + 2 * 32 + 2)


def test_one_scale_for_both() -> None:
    yours, right = heat(picture(got=np.full((2, 2), 10.0), expected=np.full((2, 2), 5.0)), Room()).panels
    assert set(re.findall("ag-h[0-9]", yours.cells)) == {"ag-h8"}
    assert set(re.findall("ag-h[0-9]", right.cells)) == {"ag-h4"}


def test_where_all_differs_nothing_is_outlined() -> None:
    found = heat(picture(got=np.full((2, 2), 9.0)), Room())
    assert not found.is_marked
    assert "stroke=" not in found.panels[0].cells
    assert found.description.startswith("4 of 4 entries differ")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300, -1e300])
def test_what_is_not_finite_or_enormous_is_drawn(value: float) -> None:
    found = heat(picture(got=np.array([[value, 0.75], [0.5, 0.5]])), Room())
    assert "1 of 4 entries differ, most in row 0, column 0" in found.description
    assert max(map(len, re.findall(">([^<>]+)</text>", found.panels[0].cells))) <= 6


def test_all_nan_or_all_zero_is_drawn() -> None:
    for value in (np.nan, 0.0):
        found = heat(picture(got=np.full((2, 2), value), expected=np.full((2, 2), value)), Room())
        assert found.description == "No entry differs by more than rounding."


def test_other_shapes_are_drawn_without_marks() -> None:
    found = heat(replace(picture(), got=np.ones((1, 3))), Room())
    assert not found.is_marked
    assert len(found.panels[0].columns) == 3
    assert found.description == "1 × 3 entries instead of 2 × 2."


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("fill", "ink"), [*LIGHT, *DARK])
def test_the_numbers_in_a_heat_map_can_be_read(fill: str, ink: str) -> None:
    assert contrast(fill, ink) >= 4.5


@pytest.mark.parametrize(("colours", "sign"), [(LIGHT, -1), (DARK, 1)])
def test_more_is_always_darker_on_light_and_lighter_on_dark(colours: tuple[tuple[str, str], ...], sign: int) -> None:
    steps = [sign * luminance(fill) for fill, _ in colours]
    assert steps == sorted(steps)
